import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';

import type { LiveSpliceCue } from '../../../../schemas/ws/events.ts';
import { percent, runningTime } from '../format.ts';
import type { Channel } from '../live/store.ts';
import { Time } from './time.tsx';

const shownCues = 12;
const directionWords: Record<LiveSpliceCue['direction'], string> = { out: 'Cue out', in: 'Cue in', cancel: 'Cancelled cue', other: 'Cue' };

/** The broadcaster's own cues: how far they are believed, and what became of each. Nothing on channels that send none. */
export function SplicePanel({ channel, version }: { channel: Channel; version: number }): JSX.Element | null {
  const cues = useMemo(() => [...channel.spliceCues.values()].sort((a, b) => b.eventTimeMs - a.eventTimeMs), [channel, version]);
  if (cues.length === 0) return null;
  const trustOf = (direction: LiveSpliceCue['direction']): number | undefined => cues.find((cue) => cue.direction === direction)?.trust;
  const [out, back] = [trustOf('out'), trustOf('in')];
  return (
    <section class="panel" aria-labelledby="cues-title">
      <div class="panel__head">
        <h3 id="cues-title" class="section-title">
          Splice cues
        </h3>
      </div>
      {out !== undefined && <p class="trust">Cues out are {trustWords(out)}.</p>}
      {back !== undefined && <p class="trust">Cues in are {trustWords(back)}.</p>}
      <ol class="log log--cues">
        {cues.slice(0, shownCues).map((cue) => (
          <li key={cue.cueId} data-cue={cue.cueId}>
            <Time ms={cue.eventTimeMs} />
            <span>{directionWords[cue.direction]}</span>
            <span class={`outcome outcome--${cue.outcome}`}>{outcomeWords(cue)}</span>
            <span class="log__text">{[cue.command, announced(cue)].filter((part) => part !== '').join(', ')}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Trust, 0 to 1, in words. */
export function trustWords(trust: number): string {
  if (trust >= 0.9) return `believed (${percent(trust)})`;
  if (trust >= 0.6) return `mostly believed (${percent(trust)})`;
  if (trust >= 0.3) return `in doubt (${percent(trust)})`;
  return `not believed (${percent(trust)})`;
}

/** What became of a cue. */
export function outcomeWords({ outcome, errorMs }: Pick<LiveSpliceCue, 'outcome' | 'errorMs'>): string {
  if (outcome === 'matched') return errorMs === null ? 'break seen' : `break seen ${errorMs < 0 ? '−' : '+'}${Math.abs(errorMs)} ms`;
  return { pending: 'waiting', unmatched: 'no break seen', cancelled: 'taken back' }[outcome];
}

/** Name of a cue on the timeline. */
export function cueTitle({ direction }: Pick<LiveSpliceCue, 'direction'>): string {
  return directionWords[direction];
}

/** Announced length of the break, empty when the cue says none. */
export function announced({ durationUs }: Pick<LiveSpliceCue, 'durationUs'>): string {
  return durationUs === null ? '' : `${runningTime(durationUs / 1000)} announced`;
}
