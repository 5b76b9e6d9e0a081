import type { JSX } from 'preact';

import { latency, rate } from '../format.ts';
import type { Channel, Store } from '../live/store.ts';

/** Rates, lag and latency of the whole system. */
export function Figures({ store, channels, onBreak }: { store: Store; channels: Channel[]; onBreak: number }): JSX.Element {
  const { stats } = store;
  const live = channels.filter((channel) => channel.status?.state === 'live').length;
  const p50Ms = store.latency.quantile(0.5);
  const p95Ms = store.latency.quantile(0.95);
  const dropped = Object.values(stats?.drops ?? {}).reduce((sum, count) => sum + count, 0);
  const droppedWhy = Object.entries(stats?.drops ?? {})
    .map(([reason, count]) => `${reason}: ${count}`)
    .join(', ');
  return (
    <dl class="figures" aria-label="System figures">
      <Figure label="Live" value={`${live}`} unit={`of ${channels.length}`} hint="Channels whose source delivers now" />
      <Figure label="On break" value={`${onBreak}`} tone={onBreak > 0 ? 'break' : undefined} hint="Channels in an ad break now" />
      <Figure
        label="Latency p50 / p95"
        value={p50Ms === null ? '–' : `${latency(p50Ms)} / ${latency(p95Ms)}`}
        tone={p95Ms !== null && p95Ms > 700 ? 'warn' : undefined}
        hint="Picture presented to its arrival on this page, last 300 pictures"
        testId="latency"
      />
      <Figure label="Frames" value={stats === null ? '–' : rate(stats.framesPerSecond)} unit="fps" hint="Sampled frames of all channels" />
      <Figure label="Events" value={stats === null ? '–' : rate(stats.eventsPerSecond)} unit="/s" hint={topicHint(store)} />
      <Figure
        label="Consumer lag"
        value={stats === null ? '–' : String(stats.lagRecords)}
        unit="records"
        tone={stats !== null && stats.lagRecords > 100 ? 'warn' : undefined}
        hint="Records on the event bus that the dashboard has not read"
      />
      <Figure
        label="Dropped"
        value={stats === null ? '–' : String(dropped)}
        unit="frames"
        hint={droppedWhy === '' ? 'No frame was dropped' : droppedWhy}
      />
    </dl>
  );
}

interface FigureProps {
  label: string;
  value: string;
  unit?: string;
  tone?: 'break' | 'warn' | undefined;
  hint: string;
  testId?: string;
}

function Figure({ label, value, unit, tone, hint, testId }: FigureProps): JSX.Element {
  return (
    <div class={tone === undefined ? 'figure' : `figure figure--${tone}`} title={hint}>
      <dt>{label}</dt>
      <dd data-testid={testId}>
        {value}
        {unit !== undefined && <small> {unit}</small>}
      </dd>
    </div>
  );
}

function topicHint(store: Store): string {
  return (store.stats?.topics ?? []).map((topic) => `${topic.topic} ${rate(topic.eventsPerSecond)}/s`).join(', ');
}
