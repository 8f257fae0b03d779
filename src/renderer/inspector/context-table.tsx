import { useTranslation } from 'react-i18next';
import { cn } from '../components/ui/cn.ts';
import { formatDateTime } from '../i18n/format.ts';
import type { Step } from './actor-steps.ts';

/** What the engine puts in the place of words (`src/engine/redaction.ts`). */
const withheld = '[withheld]';

/** The context behind the step that is shown; what the step has changed is marked. */
export function ContextTable({ step, differs }: { readonly step: Step; readonly differs: readonly string[] }) {
  const { t } = useTranslation('inspector');
  const changed = new Set(step.event === null ? [] : Object.keys(step.changes));
  return (
    <div className="p-3">
      <table className="w-full table-fixed text-[0.8125rem]">
        <caption className="sr-only">{t('context.label')}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">{t('context.name')}</th>
            <th scope="col">{t('context.value')}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(step.context).map(([key, value]) => (
            <tr key={key} className={cn('border-b align-top last:border-0', changed.has(key) && 'bg-lamp-tint')}>
              <th
                scope="row"
                translate="no"
                className="px-1.5 py-1 text-left font-mono text-xs font-normal wrap-anywhere text-ink-soft"
              >
                {key}
                {changed.has(key) && <span className="sr-only"> ({t('context.changed')})</span>}
              </th>
              <td className="px-1.5 py-1 text-right font-mono text-xs wrap-anywhere">
                <Value name={key} value={value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-3 text-xs text-ink-faint">{t('context.redacted')}</p>
      {differs.length > 0 && (
        <p className="mt-2 text-xs text-ink-soft">
          {t('context.differs')} <span translate="no">{differs.join(', ')}</span>
        </p>
      )}
    </div>
  );
}

function Value({ name, value }: { readonly name: string; readonly value: unknown }) {
  const { t } = useTranslation('inspector');
  if (value === null) return <span className="text-ink-faint">–</span>;
  if (value === withheld) return <em className="font-sans text-ink-faint">{t('context.withheld')}</em>;
  if (typeof value === 'number' && isTime(name)) return <time>{formatDateTime(value)}</time>;
  if (typeof value === 'object') {
    const entries: [string, unknown][] = Object.entries(value);
    if (entries.length === 0) return <span className="text-ink-faint">–</span>;
    if (Array.isArray(value)) return <span translate="no">{value.join(', ')}</span>;
    return (
      <span className="block">
        {entries.map(([key, part]) => (
          <span key={key} className="block">
            <span translate="no" className="text-ink-faint">
              {key}{' '}
            </span>
            <Value name={key} value={part} />
          </span>
        ))}
      </span>
    );
  }
  return <span translate="no">{typeof value === 'string' ? value : JSON.stringify(value)}</span>;
}

/** DESIGN.md's names of times: `...At`, BullMQ's `...On`, and two that begin or end something. */
function isTime(name: string): boolean {
  return /(?:At|On|Since|Until)$/.test(name);
}
