import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkView } from '../../../protocol/network.ts';
import { Button } from '../../components/ui/button.tsx';
import { formatDate } from '../../i18n/format.ts';
import { useNow } from '../../remote/use-now.ts';
import { useServices } from '../../services.tsx';
import { SettingGroup } from '../setting.tsx';
import type { ChangeNetwork } from './network.tsx';

interface AuthoritiesProps {
  readonly view: NetworkView;
  readonly change: ChangeNetwork;
}

/** Certificates to trust besides those that Node brings along: pasted, or read from a file that was chosen. */
export function Authorities({ view, change }: AuthoritiesProps) {
  const { t } = useTranslation(['data', 'common']);
  const { client } = useServices();
  const [pem, setPem] = useState('');
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const now = useNow(view.authorities.length > 0, 60_000);
  const file = useRef<HTMLInputElement>(null);
  const { authorities, environment } = view;
  const send = async (next: string | null) => {
    setSaving(true);
    const refusal = await change(() => client.network.setAuthorities.mutate({ pem: next }));
    setProblem(refusal);
    if (refusal === null) setPem('');
    setSaving(false);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send(pem);
      }}
    >
      <SettingGroup title={t('authorities.title')}>
        <p className="px-4 py-3.5 text-sm text-pretty text-ink-soft">
          {t('authorities.intro')}
          {environment.authorityFile !== null && (
            <>
              {' '}
              {t(authorities.length === 0 ? 'authorities.fromEnvironment' : 'authorities.insteadOf')}{' '}
              <span translate="no" className="font-mono text-[0.8125rem] wrap-anywhere">
                {environment.authorityFile}
              </span>
            </>
          )}
        </p>
        {authorities.map((certificate, index) => (
          <div key={index} className="px-4 py-3">
            <p translate="no" className="text-sm font-medium wrap-anywhere">
              {certificate.subject}
            </p>
            <p className={certificate.validUntil < now ? 'text-xs text-alarm' : 'text-xs text-ink-soft'}>
              {t(certificate.validUntil < now ? 'authorities.expired' : 'authorities.until', {
                date: formatDate(certificate.validUntil),
              })}
            </p>
          </div>
        ))}
        <div className="px-4 py-3.5">
          <label className="block text-[0.8125rem] font-medium">
            {authorities.length === 0 ? t('authorities.add') : t('authorities.replace')}
            <textarea
              translate="no"
              spellCheck={false}
              rows={5}
              value={pem}
              placeholder={'-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----'}
              onChange={(event) => setPem(event.target.value)}
              className="mt-1 block w-full rounded-lg border border-line-strong bg-paper px-3 py-2 font-mono text-xs text-ink placeholder:text-ink-faint"
            />
          </label>
          <input
            ref={file}
            type="file"
            accept=".pem,.crt,.cer,.txt"
            className="sr-only"
            tabIndex={-1}
            aria-hidden
            onChange={(event) => {
              const [chosen] = event.target.files ?? [];
              event.target.value = '';
              void chosen?.text().then(setPem);
            }}
          />
        </div>
        <div className="flex flex-wrap items-center justify-end gap-3 px-4 py-3">
          {problem !== null && (
            <p role="alert" translate="no" className="mr-auto min-w-0 text-[0.8125rem] wrap-anywhere text-alarm">
              {problem}
            </p>
          )}
          {authorities.length > 0 && (
            <Button variant="ghost" disabled={saving} onClick={() => void send(null)}>
              {t('authorities.remove')}
            </Button>
          )}
          <Button onClick={() => file.current?.click()}>{t('authorities.chooseFile')}</Button>
          <Button type="submit" variant="primary" disabled={pem.trim() === '' || saving}>
            {t('network.apply')}
          </Button>
        </div>
      </SettingGroup>
    </form>
  );
}
