import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

import type { LiveBreak, LiveSpliceCue, LiveSpot } from '../../../../schemas/ws/events.ts';
import { endTimeMsOf } from '../../../../schemas/ws/on-air.ts';
import { hourMinute, percent, runningTime, shortId, shortLength, timeOfDay, utc } from '../format.ts';
import { channelHref } from '../routes.ts';
import { isSpotOnAir } from '../live/on-air.ts';
import { type Channel, channelNowMs, windowMs } from '../live/store.ts';
import { familiarityOf } from './familiarity-badge.tsx';
import { announced, cueTitle, outcomeWords, trustWords } from './splice-panel.tsx';
import { identifiedText, spotColour } from './spots-table.tsx';

const spans = [
  { ms: 5 * 60_000, label: '5 min', tickMs: 60_000 },
  { ms: 15 * 60_000, label: '15 min', tickMs: 3 * 60_000 },
  { ms: windowMs, label: '1 hour', tickMs: 10 * 60_000 },
] as const;

type Span = (typeof spans)[number];

interface Item {
  key: string;
  leftPct: number;
  widthPct: number;
  label: string;
  colour?: string;
  /** What became of a splice cue. */
  tone?: string;
  open: boolean;
  lines: [string, string][];
  title: string;
}

/** The last hour of every channel: breaks, their spots, and how many shots there were; growing at its right edge. */
export function Timeline({ channels, nowMs, version }: { channels: Channel[]; nowMs: number; version: number }): JSX.Element {
  const [chosen, setChosen] = useState<Span>();
  const span = chosen ?? spanFor(channels, nowMs);
  // A picture of the whole hour moves by a pixel every few seconds; a second is often enough.
  const toMs = Math.ceil(nowMs / 1000) * 1000;
  const only = channels.length === 1 ? channels[0] : undefined;
  const axisMs = only === undefined ? toMs : edgeMs(only, toMs);
  return (
    <section class="panel timeline" aria-labelledby="timeline-title">
      <div class="panel__head">
        <h2 id="timeline-title" class="section-title">
          Timeline
        </h2>
        <div class="legend" aria-hidden="true">
          <span class="legend__item legend__item--break">Break</span>
          <span class="legend__item legend__item--spot">Spot</span>
          <span class="legend__item legend__item--shots">Shots</span>
          {channels.some((channel) => channel.spliceCues.size > 0) && <span class="legend__item legend__item--cue">Splice cue</span>}
        </div>
        <div class="segments" role="group" aria-label="Span">
          {spans.map((option) => (
            <button key={option.label} type="button" aria-pressed={option === span} onClick={() => setChosen(option)}>
              {option.label}
            </button>
          ))}
        </div>
      </div>
      <div class="timeline__rows">
        {channels.map((channel) => (
          <Row key={channel.streamId} channel={channel} spanMs={span.ms} toMs={edgeMs(channel, toMs)} version={version} named={channels.length > 1} />
        ))}
        <Axis fromMs={axisMs - span.ms} toMs={axisMs} tickMs={span.tickMs} named={channels.length > 1} />
      </div>
    </section>
  );
}

/** The shortest span that shows all there is, until somebody chooses. */
function spanFor(channels: Channel[], nowMs: number): Span {
  let firstMs = nowMs;
  for (const channel of channels) {
    const shiftMs = nowMs - channelNowMs(channel, nowMs);
    if (channel.epochStart !== null) firstMs = Math.min(firstMs, channel.epochStart.atMs + shiftMs);
    for (const item of channel.breaks.values()) firstMs = Math.min(firstMs, item.eventTimeMs + shiftMs);
  }
  return spans.find((span) => nowMs - firstMs < span.ms) ?? spans[2];
}

/** Right edge of a channel's row, whole seconds: recordings of another day end at their own present. */
function edgeMs(channel: Channel, toMs: number): number {
  return Math.ceil(channelNowMs(channel, toMs) / 1000) * 1000;
}

interface RowProps {
  channel: Channel;
  spanMs: number;
  toMs: number;
  version: number;
  named: boolean;
}

function Row({ channel, spanMs, toMs, version, named }: RowProps): JSX.Element {
  const fromMs = toMs - spanMs;
  const [active, setActive] = useState<Item>();
  const row = useRef<HTMLDivElement>(null);
  const { breaks, spots, cues, shots } = useMemo(() => place(channel, fromMs, toMs), [channel, fromMs, toMs, version]);
  useEffect(() => {
    if (active === undefined) return;
    const outside = (event: Event): void => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : row.current?.contains(event.target as Node) !== true) setActive(undefined);
    };
    addEventListener('pointerdown', outside);
    addEventListener('keydown', outside);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('keydown', outside);
    };
  }, [active]);
  const mark = (item: Item, kind: 'break' | 'spot' | 'cue'): JSX.Element => (
    <button
      key={item.key}
      type="button"
      class={`mark mark--${kind}${item.open ? ' mark--open' : ''}${item.tone === undefined ? '' : ` mark--${item.tone}`}`}
      style={{
        left: `${item.leftPct}%`,
        ...(kind === 'cue' ? {} : { width: `${item.widthPct}%` }),
        ...(item.colour === undefined ? {} : { background: item.colour }),
      }}
      aria-label={item.label}
      onMouseEnter={() => setActive(item)}
      onMouseLeave={() => setActive(undefined)}
      onFocus={() => setActive(item)}
      onBlur={() => setActive(undefined)}
      onClick={() => setActive(item)}
    />
  );
  const startMs = channel.epochStart?.atMs ?? toMs;
  const startPct = startMs > fromMs ? ((startMs - fromMs) / (toMs - fromMs)) * 100 : 0;
  const firstPct = Math.min(startPct, breaks[0]?.leftPct ?? 100);
  return (
    <div class={named ? 'row' : 'row row--bare'} ref={row} data-testid={`timeline-${channel.streamId}`}>
      {named && (
        <a class="row__name" href={channelHref(channel.streamId)}>
          {channel.title}
        </a>
      )}
      <div class="track">
        {firstPct > 0 && <div class="track__unseen" style={{ width: `${Math.min(100, firstPct)}%` }} />}
        <svg class="track__shots" viewBox={`0 0 ${shotBins} 1`} preserveAspectRatio="none" aria-hidden="true">
          <path d={shots} />
        </svg>
        {breaks.map((item) => mark(item, 'break'))}
        {spots.map((item) => mark(item, 'spot'))}
        {cues.map((item) => mark(item, 'cue'))}
        {active !== undefined && <Card item={active} />}
      </div>
    </div>
  );
}

function Card({ item }: { item: Item }): JSX.Element {
  const centre = item.leftPct + item.widthPct / 2;
  const side = centre < 25 ? 'card--left' : centre > 75 ? 'card--right' : '';
  return (
    <div class={`card ${side}`} role="tooltip" style={{ left: `${Math.min(100, Math.max(0, centre))}%` }}>
      <strong>{item.title}</strong>
      <dl>
        {item.lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Axis({ fromMs, toMs, tickMs, named }: { fromMs: number; toMs: number; tickMs: number; named: boolean }): JSX.Element {
  const ticks: number[] = [];
  for (let at = Math.ceil(fromMs / tickMs) * tickMs; at < toMs - tickMs * 0.35; at += tickMs) ticks.push(at);
  return (
    <div class={named ? 'axis' : 'axis axis--bare'} aria-hidden="true">
      <div class="axis__ticks">
        {ticks.map((at) => {
          const pct = ((at - fromMs) / (toMs - fromMs)) * 100;
          return (
            <span key={at} class={pct < 4 ? 'axis__tick axis__tick--first' : 'axis__tick'} style={{ left: `${pct}%` }} title={utc(at)}>
              {hourMinute(at)}
            </span>
          );
        })}
        <span class="axis__now">now</span>
      </div>
    </div>
  );
}

const shotBins = 120;

function place(channel: Channel, fromMs: number, toMs: number): { breaks: Item[]; spots: Item[]; cues: Item[]; shots: string } {
  const on = (event: LiveBreak | LiveSpot, open: boolean): { leftPct: number; widthPct: number; open: boolean } | undefined => {
    if (event.state === 'retracted') return undefined;
    const endMs = endTimeMsOf(event) ?? (open ? toMs : event.eventTimeMs);
    if (endMs < fromMs || event.eventTimeMs > toMs) return undefined;
    const left = Math.max(fromMs, event.eventTimeMs);
    const leftPct = ((left - fromMs) / (toMs - fromMs)) * 100;
    return { leftPct, widthPct: Math.max(0.25, ((Math.min(toMs, endMs) - left) / (toMs - fromMs)) * 100), open };
  };
  const breaks = [...channel.breaks.values()].flatMap((event) => {
    const at = on(event, event.endUs === null && event.state !== 'final' && event.epoch === channel.epoch);
    return at === undefined ? [] : [{ ...at, ...describeBreak(event) }];
  });
  const spots = [...channel.spots.values()].flatMap((event) => {
    const at = on(event, isSpotOnAir(channel, event));
    return at === undefined ? [] : [{ ...at, ...describeSpot(event), colour: spotColour(event.spotId) }];
  });
  const cues = [...channel.spliceCues.values()].flatMap((cue) => {
    if (cue.eventTimeMs < fromMs || cue.eventTimeMs > toMs) return [];
    return [{ leftPct: ((cue.eventTimeMs - fromMs) / (toMs - fromMs)) * 100, widthPct: 0, open: false, ...describeCue(cue) }];
  });
  const byPlace = (a: Item, b: Item): number => a.leftPct - b.leftPct;
  return { breaks: breaks.sort(byPlace), spots: spots.sort(byPlace), cues: cues.sort(byPlace), shots: shotPath(channel, fromMs, toMs) };
}

function describeBreak(event: LiveBreak): Pick<Item, 'key' | 'label' | 'lines' | 'title'> {
  const endMs = endTimeMsOf(event);
  const length = endMs === undefined ? 'on air' : runningTime(endMs - event.eventTimeMs);
  return {
    key: event.breakId,
    title: 'Ad break',
    label: `Ad break from ${timeOfDay(event.eventTimeMs)}, ${length}`,
    lines: [
      ['From', timeOfDay(event.eventTimeMs)],
      ['To', endMs === undefined ? 'on air' : timeOfDay(endMs)],
      ...(endMs === undefined ? [] : [['Length', length] as [string, string]]),
      ['Confidence', `${percent(event.confidence)}, ${event.state}`],
      ...(event.evidence.length === 0 ? [] : [['Evidence', event.evidence.slice(0, 3).join('; ')] as [string, string]]),
    ],
  };
}

function describeCue(cue: LiveSpliceCue): Pick<Item, 'key' | 'label' | 'lines' | 'title' | 'tone'> {
  const title = cueTitle(cue);
  return {
    key: cue.cueId,
    title,
    tone: cue.outcome,
    label: `${title} at ${timeOfDay(cue.eventTimeMs)}, ${outcomeWords(cue)}`,
    lines: [
      ['At', timeOfDay(cue.eventTimeMs)],
      ...(cue.durationUs === null ? [] : [['Break', announced(cue)] as [string, string]]),
      ['Outcome', outcomeWords(cue)],
      ['Trust', trustWords(cue.trust)],
      ['Sent as', cue.command],
    ],
  };
}

function describeSpot(event: LiveSpot): Pick<Item, 'key' | 'label' | 'lines' | 'title'> {
  const endMs = endTimeMsOf(event);
  const name = event.title === '' ? `Spot ${shortId(event.spotId)}` : event.title;
  const length = endMs === undefined ? 'on air' : shortLength(endMs - event.eventTimeMs);
  return {
    key: event.airingId,
    title: name,
    label: `${name} at ${timeOfDay(event.eventTimeMs)}, ${length}`,
    lines: [
      ['At', timeOfDay(event.eventTimeMs)],
      ['Length', length],
      ['Airing', String(event.airing)],
      ...(event.brand === '' ? [] : [['Brand', event.brand] as [string, string]]),
      ['Catalogue', [familiarityOf(event), identifiedText(event)].filter((part) => part !== '').join(', ')],
      ['Confidence', percent(event.confidence)],
    ],
  };
}

/** Shots a bin as one path of bars, the busiest bin at full height. */
function shotPath(channel: Channel, fromMs: number, toMs: number): string {
  const bins = new Array<number>(shotBins).fill(0);
  for (const shot of channel.shots.values()) {
    const bin = Math.floor(((shot.eventTimeMs - fromMs) / (toMs - fromMs)) * shotBins);
    if (bin >= 0 && bin < shotBins) bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const most = Math.max(1, ...bins);
  return bins.map((count, bin) => (count === 0 ? '' : `M${bin + 0.15} 1v${-count / most}h0.7v${count / most}z`)).join('');
}
