import { Tabs } from 'radix-ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MachineGraph } from '../../protocol/inspection.ts';
import type { ActorSteps, Step } from './actor-steps.ts';
import { ContextTable } from './context-table.tsx';
import { MachineTable } from './machine-table.tsx';
import { RoutineToggle } from './routine-toggle.tsx';
import { StepList } from './step-list.tsx';

const tabs = ['steps', 'context', 'table'] as const;

interface ActorSideProps {
  readonly graph: MachineGraph;
  readonly known: ActorSteps;
  readonly step: Step;
  readonly onChoose: (place: number) => void;
}

/** Beside the drawing: the steps, the context behind the one that is shown, and the machine in words. */
export function ActorSide({ graph, known, step, onChoose }: ActorSideProps) {
  const { t } = useTranslation('inspector');
  const [routine, setRoutine] = useState(false);
  const hasRoutine = known.steps.some((one) => one.routine);
  return (
    <Tabs.Root
      defaultValue="steps"
      className="flex min-h-96 shrink-0 flex-col border-t lg:min-h-0 lg:w-88 lg:border-t-0 lg:border-l"
    >
      <Tabs.List aria-label={t('side')} className="flex gap-1 border-b px-2 pt-2">
        {tabs.map((name) => (
          <Tabs.Trigger
            key={name}
            value={name}
            className="-mb-px border-b-2 border-transparent px-2.5 pb-1.5 text-[0.8125rem] text-ink-soft -outline-offset-2 data-[state=active]:border-lamp-text data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {t(`tabs.${name}`)}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value="steps" className="min-h-0 flex-1 overflow-y-auto -outline-offset-2">
        {hasRoutine && <RoutineToggle shown={routine} onChange={setRoutine} className="px-4 pt-3 text-xs" />}
        <StepList steps={known.steps} current={step} withRoutine={routine} onChoose={onChoose} />
      </Tabs.Content>
      <Tabs.Content value="context" className="min-h-0 flex-1 overflow-y-auto -outline-offset-2">
        <ContextTable step={step} differs={step === known.steps.at(-1) ? (known.actor?.differs ?? []) : []} />
      </Tabs.Content>
      <Tabs.Content value="table" className="min-h-0 flex-1 overflow-y-auto -outline-offset-2">
        <MachineTable graph={graph} states={step.states} edges={step.edges} />
      </Tabs.Content>
    </Tabs.Root>
  );
}
