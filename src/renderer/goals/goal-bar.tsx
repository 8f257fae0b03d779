/** Above the composer while a goal is written there: how it will begin, and its options. */
import { useSelector } from '@xstate/react';
import { Goal, Settings2 } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { Choice } from '../components/ui/choice.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import type { ComposerActor } from '../composer/composers.ts';
import { intentionOf } from '../composer/slash.ts';
import { useServices } from '../services.tsx';
import { StartFields } from './start-fields.tsx';

export function GoalBar({ actor }: { readonly actor: ComposerActor }) {
  const isGoal = useSelector(actor, ({ context }) => intentionOf(context.draft) !== null);
  return isGoal ? <Bar /> : null;
}

function Bar() {
  const { t } = useTranslation('goals');
  const { goalStarts } = useServices();
  const start = useSelector(goalStarts.state, (state) => state);
  const [asked, setAsked] = useState(false);
  const labelId = useId();
  const { options } = start;
  return (
    <section
      aria-label={t('bar.label')}
      className="mx-auto flex w-full max-w-[48rem] animate-rise flex-wrap items-center gap-x-3 gap-y-2 px-4 pb-2 text-[0.8125rem] sm:px-7"
    >
      <p className="flex min-w-0 flex-1 basis-60 items-center gap-2 text-ink-soft">
        <Goal size={15} aria-hidden className="shrink-0 text-lamp-text" />
        {t('bar.hint')}
      </p>
      <span id={labelId} className="sr-only">
        {t('bar.mode')}
      </span>
      <Choice
        value={options.automatic ? 'automatic' : 'approve'}
        onChange={(value) => goalStarts.set({ ...start, options: { ...options, automatic: value === 'automatic' } })}
        labelledBy={labelId}
        options={[
          { value: 'approve', label: t('bar.approveFirst') },
          { value: 'automatic', label: t('bar.automatic') },
        ]}
      />
      <Button size="small" variant="ghost" aria-haspopup="dialog" onClick={() => setAsked(true)}>
        <Settings2 size={14} aria-hidden />
        {t('bar.options')}
      </Button>
      <Dialog
        open={asked}
        onClose={() => setAsked(false)}
        title={t('options.title')}
        className="w-[min(34rem,calc(100vw-2rem))]"
      >
        <div className="mt-3">
          <StartFields start={start} onStart={(next) => goalStarts.set(next)} />
        </div>
        <DialogActions>
          <Button variant="primary" onClick={() => setAsked(false)}>
            {t('options.done')}
          </Button>
        </DialogActions>
      </Dialog>
    </section>
  );
}
