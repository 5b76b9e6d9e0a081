import { HistoryWriter } from '../../core/fingerprint/history/history-writer.ts';
import { RepeatFinder } from '../../core/fingerprint/history/repeat-finder.ts';
import type { HistoryBlock } from '../../core/fingerprint/spot-print.ts';
import type { Signals } from '../../schemas/events.generated.ts';
import type { Cue } from './cue-finder.ts';
import { type AdBelief, type DiscoveredSpot, SpotDiscovery } from './discovery/spot-discovery.ts';
import type { TenantMemory } from './tenant-memory.ts';

/** What a tick brought to light about repeats. */
export interface RepeatNews {
  discovered: DiscoveredSpot[];
  /** Evidence for ads by repeats that are on air, at media times. */
  evidence: { ptsUs: number; gain: number }[];
  /** A block of history that is complete. */
  block: HistoryBlock | undefined;
}

/** Evidence is told when it grew by this much. */
const leastGrowth = 0.25;
/** Repeats that begin this close say the same against a spot, microseconds. */
const sameStretchUs = 10_000_000;
/** Repeats whose evidence is remembered. */
const mostRepeats = 256;

/** Keeps the history of one stream, finds what it repeats, and which of it are spots. */
export class RepeatWatch {
  readonly #memory: TenantMemory;
  readonly #finder: RepeatFinder;
  readonly #discovery = new SpotDiscovery();
  readonly #writer = new HistoryWriter();
  readonly #given = new Map<string, { startUs: number; gain: number }>();

  constructor(memory: TenantMemory, place: { tenantId: string; streamId: string }) {
    this.#memory = memory;
    this.#finder = new RepeatFinder(memory.history, place);
  }

  /**
   * Takes in a tick.
   *
   * @param cues that became known with it, without logo edges
   * @param belief what the break model makes of a span
   */
  add(tick: Signals, cues: readonly Cue[], belief: AdBelief): RepeatNews {
    for (const repeat of this.#finder.add(tick)) this.#discovery.addRepeat(repeat, this.#memory.history.cutsBetween(repeat.earlier));
    for (const cue of cues) this.#discovery.addCue(cue);
    this.#discovery.hear(tick);
    const discovered = this.#discovery.decide(tick.endUs, belief);
    const evidence = this.#discovery.open(tick.endUs).flatMap((repeat) => {
      const key = `${repeat.startUs} ${repeat.earlier.streamId} ${repeat.earlier.startUs}`;
      const given = this.#given.get(key)?.gain ?? 0;
      const more = repeat.gain - given;
      if (Math.abs(more) < leastGrowth || (given === 0 && repeat.gain < 0 && this.#isSpokenAgainst(repeat.startUs))) return [];
      this.#given.set(key, { startUs: repeat.startUs, gain: repeat.gain });
      if (this.#given.size > mostRepeats) this.#given.delete(this.#given.keys().next().value ?? '');
      return [{ ptsUs: repeat.startUs + 1000, gain: more }];
    });
    const cutsUs = cues.flatMap((cue) => (cue.afterUs === cue.beforeUs ? [cue.beforeUs] : [cue.beforeUs, cue.afterUs]));
    return { discovered, evidence, block: this.#keep(this.#writer.add(tick, cutsUs)) };
  }

  /** One stretch may be found again at several places; that is one reason to doubt it. */
  #isSpokenAgainst(atUs: number): boolean {
    return [...this.#given.values()].some(({ startUs, gain }) => gain < 0 && Math.abs(startUs - atUs) < sameStretchUs);
  }

  /** The epoch ended: what is open is over, and media time starts afresh. */
  flush(nowUs: number, cues: readonly Cue[], belief: AdBelief): RepeatNews {
    for (const repeat of this.#finder.flush()) this.#discovery.addRepeat(repeat, this.#memory.history.cutsBetween(repeat.earlier));
    for (const cue of cues) this.#discovery.addCue(cue);
    const discovered = this.#discovery.decide(nowUs + 60_000_000, belief);
    const block = this.#keep(this.#writer.flush());
    this.#finder.newEpoch();
    this.#discovery.newEpoch();
    this.#given.clear();
    return { discovered, evidence: [], block };
  }

  #keep(block: HistoryBlock | undefined): HistoryBlock | undefined {
    if (block !== undefined) this.#memory.addHistory(block);
    return block;
  }
}
