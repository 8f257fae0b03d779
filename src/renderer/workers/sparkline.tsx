/** A figure with its last minutes as a line. */
import { useTranslation } from 'react-i18next';
import { Hint } from '../components/ui/hint.tsx';

interface SparklineProps {
  readonly name: string;
  readonly hint?: string;
  /** Oldest first; null where it was not known. */
  readonly values: readonly (number | null)[];
  readonly format: (value: number) => string;
  /** The top of the line's scale is at least this. */
  readonly atLeast: number;
}

const width = 120;
const height = 28;
/** A young worker's line is not stretched over more than a minute's worth: it begins further right. */
const fewestPlaces = 30;

export function Sparkline({ name, hint, values, format, atLeast }: SparklineProps) {
  const { t } = useTranslation('workers');
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  const max = Math.max(atLeast, ...known);
  const text =
    last === undefined
      ? t('notYet')
      : t('lastMinutes', {
          name,
          value: format(last),
          min: format(Math.min(...known)),
          max: format(Math.max(...known)),
        });
  const label = <span className="block truncate text-xs text-ink-faint">{name}</span>;
  return (
    <div className="min-w-0">
      {hint === undefined ? (
        label
      ) : (
        <Hint text={hint}>{<span className="block truncate text-xs text-ink-faint">{name}</span>}</Hint>
      )}
      <p className="text-[0.9375rem] font-medium tabular-nums">{last === undefined ? '–' : format(last)}</p>
      <svg
        role="img"
        aria-label={text}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className="mt-0.5 h-7 w-full text-lamp-text"
      >
        <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} className="stroke-line" strokeWidth={1} />
        <path
          d={pathOf(values, max)}
          fill="none"
          stroke="currentColor"
          strokeWidth={1.5}
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
    </div>
  );
}

/** Broken where a value is missing. */
export function pathOf(values: readonly (number | null)[], max: number): string {
  const places = Math.max(fewestPlaces, values.length);
  const from = places - values.length;
  let pen = 'M';
  return values
    .flatMap((value, index) => {
      if (value === null) {
        pen = 'M';
        return [];
      }
      const x = ((from + index) / (places - 1)) * width;
      const y = height - 2 - (value / max) * (height - 4);
      const step = `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
      pen = 'L';
      return [step];
    })
    .join(' ');
}
