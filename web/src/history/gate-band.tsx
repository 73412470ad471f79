import { type RefObject, useEffect, useState } from 'react';
import type { HistoryEntry } from '../api/answers.ts';
import { visible } from '../frame/words.tsx';
import { eventText } from './event-text.ts';
import { gateOf, gateStretches, keyOf, percentAt, type Range } from './timeline.ts';

/** Where the chart draws its lines, within the element around it. */
type Plot = { readonly left: number; readonly width: number };

/** Cloudscape leaves the room to the left of its plot to the labels. The plot is what the keyboard can enter. */
const plotIn = (around: HTMLElement): Plot | null => {
  const plot = around.querySelector('svg[role="application"]');
  if (plot === null) return null;
  const { left, width } = plot.getBoundingClientRect();
  return { left: left - around.getBoundingClientRect().left, width };
};

const usePlot = (around: RefObject<HTMLElement | null>): Plot | null => {
  const [plot, setPlot] = useState<Plot | null>(null);
  // After the layout effects: the element around is set after those of its children.
  useEffect(() => {
    const element = around.current;
    if (element === null) return;
    const measure = () => {
      const now = plotIn(element);
      setPlot((before) => (before?.left === now?.left && before?.width === now?.width ? before : now));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    const drawn = element.querySelector('svg[role="application"]');
    if (drawn !== null) observer.observe(drawn);
    return () => observer.disconnect();
  }, [around]);
  return plot;
};

/** What the band's colors mean. */
const GateLegend = () => (
  <div className="gate-legend" aria-hidden>
    Security gate: <span className="gate-swatch gate-passed" /> passed <span className="gate-swatch gate-failed" />{' '}
    failed <span className="gate-swatch" /> none <span className="gate-legend-mark" /> thresholds or mute changed
  </div>
);

const WORDS = { passed: 'passed', failed: 'failed', none: 'disabled' } as const;

type GateBandProps = {
  /** Oldest first. */
  readonly entries: readonly HistoryEntry[];
  readonly range: Range;
  /** The element that holds the chart and the band. */
  readonly around: RefObject<HTMLElement | null>;
};

const titleOf = (entry: HistoryEntry, text: string): string =>
  `${text}${entry.user === '' ? '' : `, by ${entry.user}`}: ${new Date(entry.created).toLocaleString()}`;

/**
 * The gate below the chart, along the same time axis, with a mark for each change of it, and one for changed thresholds and mutes. The
 * table says the same in words.
 */
export const GateBand = ({ entries, range, around }: GateBandProps) => {
  const plot = usePlot(around);
  const at = (timeMs: number) => `${percentAt(timeMs, range)}%`;
  return (
    <>
      <div
        className="gate-band"
        aria-hidden
        style={plot === null ? {} : { marginInlineStart: plot.left, inlineSize: plot.width }}
      >
        {gateStretches(entries, range).map(({ fromMs, toMs, state }) => (
          <div
            key={fromMs}
            className={`gate-stretch gate-${state}`}
            style={{ insetInlineStart: at(fromMs), insetInlineEnd: `${100 - percentAt(toMs, range)}%` }}
          />
        ))}
        {entries.map((entry) =>
          entry.notification_id === null ? null : (
            <span
              key={keyOf(entry)}
              className="gate-mark"
              title={titleOf(entry, `Gate ${WORDS[gateOf(entry)]}`)}
              style={{ insetInlineStart: at(Date.parse(entry.created)) }}
            />
          ),
        )}
        {entries.map((entry) =>
          entry.changes.length === 0 ? null : (
            <span
              key={keyOf(entry)}
              className="change-mark"
              title={titleOf(entry, visible(eventText(entry)))}
              style={{ insetInlineStart: at(Date.parse(entry.created)) }}
            />
          ),
        )}
      </div>
      <GateLegend />
    </>
  );
};
