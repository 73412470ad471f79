import LineChart from '@cloudscape-design/components/line-chart';
import Link from '@cloudscape-design/components/link';
import type { MixedLineBarChartProps } from '@cloudscape-design/components/mixed-line-bar-chart';
import { useMemo, useRef } from 'react';
import type { HistoryEntry, Severity } from '../api/answers.ts';
import { formatNumber } from '../frame/number.ts';
import { follow, urlOf } from '../frame/route.ts';
import { visible } from '../frame/words.tsx';
import { SEVERITIES, SEVERITY_KEYS } from '../gate/severities.ts';
import { CommitLink } from './commit-link.tsx';
import { eventText, userText } from './event-text.ts';
import { GateBand } from './gate-band.tsx';
import { gateOf, type Range } from './timeline.ts';

const DATE = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Ticks are at midnight, reports hardly ever. */
const timeText = (at: Date): string => (at.getHours() + at.getMinutes() === 0 ? DATE : TIME).format(at);

const HEIGHT = 240;

const I18N = {
  chartAriaRoleDescription: 'line chart',
  xAxisAriaRoleDescription: 'time axis',
  yAxisAriaRoleDescription: 'findings axis',
  legendAriaLabel: 'Severities',
  detailPopoverDismissAriaLabel: 'Close details',
};

type Series = MixedLineBarChartProps.LineDataSeries<Date>;

/** The counts of the last report hold until now. */
const seriesOf = (severity: Severity, entries: readonly HistoryEntry[], { toMs }: Range): Series => {
  const points = entries.map(({ created, observation_counts }) => ({
    x: new Date(created),
    y: observation_counts[severity],
  }));
  const last = points.at(-1);
  return {
    type: 'line',
    title: SEVERITIES[severity],
    color: `var(--severity-${severity})`,
    data: last === undefined ? [] : [...points, { x: new Date(toMs), y: last.y }],
    valueFormatter: formatNumber,
  };
};

const GATE_TEXT = { passed: 'Gate passed', failed: 'Gate failed', none: 'No gate' } as const;

const Details = ({ entry }: { readonly entry: HistoryEntry }) => (
  <>
    {GATE_TEXT[gateOf(entry)]}
    {entry.notification_id !== null && (
      <>
        {' ('}
        <Link href={urlOf(['notifications', entry.notification_id])} onFollow={follow}>
          changed
        </Link>
        )
      </>
    )}
    {entry.changes.length > 0 && ` · ${visible(eventText(entry))}`}
    {' · '}
    {userText(entry)}
    {(entry.commit ?? entry.run_url) !== null && (
      <>
        {' · '}
        <CommitLink commit={entry.commit} runUrl={entry.run_url} />
      </>
    )}
  </>
);

type ChartProps = {
  /** Oldest first. */
  readonly entries: readonly HistoryEntry[];
  readonly range: Range;
};

/** Findings by severity over time, with the gate as a band below. */
const HistoryChart = ({ entries, range }: ChartProps) => {
  const around = useRef<HTMLDivElement>(null);
  const series = useMemo(() => SEVERITY_KEYS.map((severity) => seriesOf(severity, entries, range)), [entries, range]);
  const byTime = useMemo(() => new Map(entries.map((entry) => [Date.parse(entry.created), entry])), [entries]);
  const most = Math.max(1, ...entries.flatMap(({ observation_counts }) => Object.values(observation_counts)));
  return (
    <div ref={around}>
      <LineChart
        series={series}
        xScaleType="time"
        xDomain={[new Date(range.fromMs), new Date(range.toMs)]}
        yDomain={[0, most]}
        height={HEIGHT}
        hideFilter
        ariaLabel="Findings by severity"
        ariaDescription="The table below has the same data."
        yTitle="Findings"
        xTickFormatter={timeText}
        yTickFormatter={formatNumber}
        i18nStrings={I18N}
        detailPopoverFooter={(at) => {
          const entry = byTime.get(at.getTime());
          return entry === undefined ? null : <Details entry={entry} />;
        }}
      />
      <GateBand entries={entries} range={range} around={around} />
    </div>
  );
};

export default HistoryChart;
