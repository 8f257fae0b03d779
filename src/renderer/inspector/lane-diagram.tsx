import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import { formatClock } from './clock-time.ts';
import { otherJobs, sequenceOf, type Arrow, type Message } from './lanes.ts';
import { hashOf } from '../shell/route.ts';
import { shortId } from './names.ts';

const rowHeight = 38;
const laneWidth = 128;
const timeWidth = 92;

interface LaneDiagramProps {
  readonly messages: readonly Message[];
  /** The one that is looked at, marked. */
  readonly current?: string | undefined;
  readonly onChoose?: ((message: Message) => void) | undefined;
}

/** A sequence diagram: one lane for each actor, the newest event at the bottom, where it stays while it is in view. */
export function LaneDiagram({ messages, current, onChoose }: LaneDiagramProps) {
  const { t } = useTranslation('inspector');
  const { lanes, arrows } = useMemo(() => sequenceOf(messages), [messages]);
  const scroller = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  // oxlint-disable-next-line react/incompatible-library -- this component is not compiled, and passes none of it on
  const rows = useVirtualizer({
    count: arrows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: 40,
  });
  const width = timeWidth + lanes.length * laneWidth;
  const last = messages.at(-1)?.key;
  useEffect(() => {
    if (follows && last !== undefined) rows.scrollToIndex(arrows.length - 1, { align: 'end' });
  }, [follows, last, arrows.length, rows]);

  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    setFollows(element.scrollHeight - element.scrollTop - element.clientHeight < rowHeight * 1.5);
  };
  return (
    <div className="relative h-full min-h-0">
      <div
        ref={scroller}
        onScroll={onScroll}
        tabIndex={0}
        role="region"
        aria-label={t('lanes.label')}
        className="h-full overflow-auto -outline-offset-2"
      >
        <div style={{ width, minWidth: '100%' }} className="relative">
          <div className="sticky top-0 z-10 flex h-10 border-b bg-paper" style={{ width, minWidth: '100%' }}>
            <div style={{ width: timeWidth }} className="shrink-0" />
            {lanes.map(({ id }) => (
              <div key={id} style={{ width: laneWidth }} className="shrink-0 p-1 text-center">
                <LaneName id={id} />
              </div>
            ))}
          </div>
          <ol className="relative" style={{ height: rows.getTotalSize() }}>
            <div aria-hidden className="pointer-events-none absolute inset-0">
              {lanes.map(({ id }, index) => (
                <div
                  key={id}
                  className="absolute inset-y-0 w-px bg-line"
                  style={{ left: timeWidth + (index + 0.5) * laneWidth }}
                />
              ))}
            </div>
            {rows.getVirtualItems().map(({ index, start }) => {
              const arrow = arrows[index];
              return arrow === undefined ? null : (
                <li
                  key={arrow.message.key}
                  aria-setsize={arrows.length}
                  aria-posinset={index + 1}
                  className="absolute inset-x-0"
                  style={{ height: rowHeight, transform: `translateY(${start}px)` }}
                >
                  <Row arrow={arrow} current={arrow.message.key === current} onChoose={onChoose} />
                </li>
              );
            })}
          </ol>
        </div>
      </div>
      {!follows && (
        <Button
          size="small"
          className="absolute bottom-3 left-1/2 -translate-x-1/2 shadow-float"
          onClick={() => setFollows(true)}
        >
          <ArrowDown size={14} aria-hidden />
          {t('lanes.newest')}
        </Button>
      )}
    </div>
  );
}

function LaneName({ id }: { readonly id: string }) {
  const { t } = useTranslation('inspector');
  const style = 'block truncate rounded-md px-2 py-1 text-xs font-medium';
  if (id === 'engine') return <span className={cn(style, 'text-ink-soft')}>{t('lanes.engine')}</span>;
  if (id === otherJobs) return <span className={cn(style, 'text-ink-soft')}>{t('lanes.otherJobs')}</span>;
  return (
    <a
      href={hashOf({ page: 'inspector', actorId: id.replace('/process', '') })}
      title={id}
      translate="no"
      className={cn(style, 'bg-tint px-1 font-mono text-[0.6875rem] text-ink hover:bg-tint-strong')}
    >
      {shortId(id)}
    </a>
  );
}

function Row({
  arrow,
  current,
  onChoose,
}: { readonly arrow: Arrow; readonly current: boolean } & Pick<LaneDiagramProps, 'onChoose'>) {
  const { t } = useTranslation('inspector');
  const { from, to, message } = arrow;
  const { at, type, states, ignored } = message;
  const centre = (place: number): number => timeWidth + (place + 0.5) * laneWidth;
  const [left, right] = [Math.min(centre(from), centre(to)), Math.max(centre(from), centre(to))];
  const isSelf = from === to;
  const words = t('lanes.sentence', {
    from: shortId(message.from),
    to: shortId(message.to),
    type,
    states: states.join(', '),
  });
  const content = (
    <>
      <span className="sr-only" translate="no">{`${formatClock(at)} ${words}`}</span>
      <span aria-hidden translate="no" className="absolute top-2 left-3 text-[0.6875rem] text-ink-faint tabular-nums">
        {formatClock(at)}
      </span>
      <span
        aria-hidden
        translate="no"
        className={cn(
          'absolute top-0.5 flex h-5 items-center gap-1.5 px-1.5 font-mono text-[0.6875rem] whitespace-nowrap',
          ignored ? 'text-ink-faint' : 'text-ink',
        )}
        style={isSelf ? { left: centre(to) + 22, top: 9 } : { left: left + 8, maxWidth: right - left - 12 }}
      >
        <span className="bg-paper px-0.5">{type}</span>
        {states.length > 0 && !ignored && (
          <span className="truncate bg-paper text-ink-faint">{states.map(lastKey).join(', ')}</span>
        )}
      </span>
      <svg aria-hidden className="pointer-events-none absolute inset-0 size-full overflow-visible">
        <path
          d={isSelf ? `M${centre(to)},12 h16 v14 h-9` : `M${centre(from)},27 H${centre(to) + (to > from ? -7 : 7)}`}
          fill="none"
          strokeWidth={1.4}
          strokeDasharray={ignored ? '3 3' : undefined}
          className={ignored ? 'stroke-ink-faint' : 'stroke-ink-soft'}
        />
        <path
          d={isSelf ? 'M0,0 l7,-4 v8 z' : to > from ? 'M0,0 l-7,-4 v8 z' : 'M0,0 l7,-4 v8 z'}
          transform={isSelf ? `translate(${centre(to)} 26)` : `translate(${centre(to)} 27)`}
          className={ignored ? 'fill-ink-faint' : 'fill-ink-soft'}
        />
        <circle cx={centre(from)} cy={isSelf ? 12 : 27} r={2.5} className="fill-ink-soft" />
      </svg>
    </>
  );
  const style = cn('absolute inset-0 block w-full text-left', current && 'bg-lamp-tint');
  if (onChoose === undefined) return <div className={style}>{content}</div>;
  return (
    <button type="button" className={cn(style, 'hover:bg-tint/60')} onClick={() => onChoose(message)}>
      {content}
    </button>
  );
}

function lastKey(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
