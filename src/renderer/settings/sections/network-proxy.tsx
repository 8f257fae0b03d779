import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkView, ProxyMode, SetProxy } from '../../../protocol/network.ts';
import { Button } from '../../components/ui/button.tsx';
import { Choice } from '../../components/ui/choice.tsx';
import { Field } from '../../components/ui/field.tsx';
import { Input } from '../../components/ui/input.tsx';
import { useServices } from '../../services.tsx';
import { Setting, SettingGroup } from '../setting.tsx';
import type { ChangeNetwork } from './network.tsx';

const modes = ['environment', 'none', 'own'] as const satisfies readonly ProxyMode[];

interface ProxyProps {
  readonly view: NetworkView;
  readonly change: ChangeNetwork;
}

interface ProxyForm {
  readonly mode: ProxyMode;
  readonly url: string;
  readonly user: string;
  /** Null: the one that is kept stays. */
  readonly password: string | null;
  readonly bypass: string;
}

/** Through which proxy workers go out. */
export function Proxy({ view, change }: ProxyProps) {
  const { t } = useTranslation(['data', 'common']);
  const { client } = useServices();
  const { proxy, environment } = view;
  const [form, setForm] = useState<ProxyForm>(() => formOf(proxy));
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const set = (next: Partial<ProxyForm>) => setForm((before) => ({ ...before, ...next }));
  const changed = JSON.stringify(form) !== JSON.stringify(formOf(proxy));
  const save = async () => {
    const url = form.url.trim();
    const input: SetProxy = {
      mode: form.mode,
      ...(form.mode === 'own'
        ? { url, user: form.user.trim() === '' ? null : form.user.trim(), bypass: form.bypass.trim() }
        : {}),
      ...(form.mode !== 'own' || form.password === null ? {} : { password: form.password }),
    };
    setSaving(true);
    const refusal = await change(async () => {
      const next = await client.network.setProxy.mutate(input);
      setForm(formOf(next.proxy));
      return next;
    });
    setProblem(refusal);
    setSaving(false);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <SettingGroup title={t('network.proxy')}>
        <Setting label={t('network.mode')} wide>
          {({ labelId }) => (
            <Choice
              labelledBy={labelId}
              value={form.mode}
              onChange={(mode) => set({ mode })}
              options={modes.map((value) => ({ value, label: t(`network.modes.${value}`) }))}
            />
          )}
        </Setting>
        {form.mode === 'environment' && (
          <p className="px-4 py-3.5 text-sm text-ink-soft">
            {environment.proxy === null ? (
              t('network.noneInEnvironment')
            ) : (
              <>
                {t('network.inEnvironment')}{' '}
                <span translate="no" className="font-mono text-[0.8125rem] text-ink wrap-anywhere">
                  {environment.proxy}
                </span>
                {environment.bypass !== null && (
                  <>
                    {' '}
                    {t('network.exceptFor')}{' '}
                    <span translate="no" className="font-mono text-[0.8125rem] wrap-anywhere">
                      {environment.bypass}
                    </span>
                  </>
                )}
              </>
            )}
          </p>
        )}
        {form.mode === 'none' && <p className="px-4 py-3.5 text-sm text-ink-soft">{t('network.noneHint')}</p>}
        {form.mode === 'own' && <OwnProxy form={form} hasPassword={proxy.hasPassword} set={set} />}
        {(changed || problem !== null) && (
          <div className="flex flex-wrap items-center justify-end gap-3 px-4 py-3">
            {problem !== null && (
              <p role="alert" translate="no" className="mr-auto min-w-0 text-[0.8125rem] wrap-anywhere text-alarm">
                {problem}
              </p>
            )}
            <Button disabled={!changed || saving} onClick={() => setForm(formOf(proxy))}>
              {t('common:undo')}
            </Button>
            <Button type="submit" variant="primary" disabled={!changed || saving}>
              {t('network.apply')}
            </Button>
          </div>
        )}
      </SettingGroup>
    </form>
  );
}

interface OwnProxyProps {
  readonly form: ProxyForm;
  readonly hasPassword: boolean;
  readonly set: (next: Partial<ProxyForm>) => void;
}

function OwnProxy({ form, hasPassword, set }: OwnProxyProps) {
  const { t } = useTranslation('data');
  return (
    <div className="space-y-4 px-4 py-3.5">
      <Field label={t('network.url')} hint={t('network.urlHint')}>
        {({ id, hintId }) => (
          <Input
            id={id}
            aria-describedby={hintId}
            translate="no"
            type="url"
            required
            pattern="https?://.+"
            placeholder="http://proxy.example:8080"
            className="font-mono text-[0.8125rem]"
            value={form.url}
            onChange={(event) => set({ url: event.target.value })}
          />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('network.user')}>
          {({ id }) => (
            <Input
              id={id}
              translate="no"
              autoComplete="off"
              value={form.user}
              onChange={(event) => set({ user: event.target.value })}
            />
          )}
        </Field>
        {form.password === null ? (
          <div>
            <p className="mb-1 text-[0.8125rem] font-medium">{t('network.password')}</p>
            <p className="flex h-9 items-center gap-3 text-sm text-ink-soft">
              {t('network.passwordKept')}
              <Button size="small" onClick={() => set({ password: '' })}>
                {t('network.replace')}
              </Button>
            </p>
          </div>
        ) : (
          <Field label={t('network.password')} {...(hasPassword ? { hint: t('network.passwordEmpty') } : {})}>
            {({ id, hintId }) => (
              <Input
                id={id}
                aria-describedby={hintId}
                type="password"
                autoComplete="off"
                value={form.password ?? ''}
                onChange={(event) => set({ password: event.target.value })}
              />
            )}
          </Field>
        )}
      </div>
      <Field label={t('network.bypass')} hint={t('network.bypassHint')}>
        {({ id, hintId }) => (
          <Input
            id={id}
            aria-describedby={hintId}
            translate="no"
            placeholder="internal.example, .corp"
            className="font-mono text-[0.8125rem]"
            value={form.bypass}
            onChange={(event) => set({ bypass: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}

function formOf({ mode, url, user, bypass, hasPassword }: NetworkView['proxy']): ProxyForm {
  return { mode, url: url ?? '', user: user ?? '', password: hasPassword ? null : '', bypass };
}
