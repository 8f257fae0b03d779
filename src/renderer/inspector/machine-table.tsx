import { ArrowRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MachineGraph, MachineState, MachineTransition } from '../../protocol/inspection.ts';
import { cn } from '../components/ui/cn.ts';
import { chainOf } from './levels.ts';

interface MachineTableProps {
  readonly graph: MachineGraph;
  readonly states: readonly string[];
  readonly edges: readonly string[];
}

/** The drawing in words: each state with its transitions, those that keep the state too. */
export function MachineTable({ graph, states, edges }: MachineTableProps) {
  const { t } = useTranslation('inspector');
  const active = new Set(states.flatMap(chainOf));
  const anywhere = graph.transitions.filter(({ source }) => source === '');
  return (
    <ul aria-label={t('table.label')} className="grid gap-3 p-3">
      {graph.states.map((state) => (
        <StateItem
          key={state.path}
          state={state}
          active={active.has(state.path)}
          transitions={graph.transitions.filter(({ source }) => source === state.path)}
          edges={edges}
        />
      ))}
      {anywhere.length > 0 && (
        <li>
          <h2 className="text-[0.8125rem] font-semibold">{t('table.anywhere')}</h2>
          <Transitions transitions={anywhere} edges={edges} />
        </li>
      )}
    </ul>
  );
}

function StateItem({
  state,
  active,
  transitions,
  edges,
}: {
  readonly state: MachineState;
  readonly active: boolean;
  readonly transitions: readonly MachineTransition[];
  readonly edges: readonly string[];
}) {
  const { t } = useTranslation('inspector');
  return (
    <li
      aria-current={active ? 'true' : undefined}
      className={cn('rounded-lg border px-3 py-2', active && 'border-lamp-text bg-lamp-tint')}
    >
      <h2 className="font-mono text-[0.8125rem] font-semibold" translate="no">
        {state.path}
      </h2>
      {active && <span className="text-xs text-lamp-text">{t('table.active')}</span>}
      {state.description !== '' && (
        <p translate="no" lang="en" className="text-xs text-ink-soft">
          {state.description}
        </p>
      )}
      <Transitions transitions={transitions} edges={edges} />
    </li>
  );
}

function Transitions({
  transitions,
  edges,
}: {
  readonly transitions: readonly MachineTransition[];
  readonly edges: readonly string[];
}) {
  const { t } = useTranslation('inspector');
  if (transitions.length === 0) return null;
  return (
    <ul className="mt-1 grid gap-0.5 font-mono text-[0.6875rem] text-ink-soft">
      {transitions.map(({ id, label, guard, targets, actions }) => (
        <li key={id} className={cn('wrap-anywhere', edges.includes(id) && 'font-semibold text-lamp-text')}>
          <span translate="no">
            {label}
            {guard !== null && ` [${guard}]`}
          </span>{' '}
          <ArrowRight size={10} className="inline" role="img" aria-label={t('table.leadsTo')} />{' '}
          {targets.length === 0 ? t('table.stays') : <span translate="no">{targets.join(', ')}</span>}
          {actions.length > 0 && (
            <span translate="no" className="text-ink-faint">
              {' '}
              / {actions.join(', ')}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
