import type { LifeState, SpliceOutcome } from '../../../schemas/events.generated.ts';
import type { ChannelTrust, SpliceSide } from './channel-trust.ts';
import type { BookChange, BookedCue } from './cue-book.ts';

/** A revision of a break, as detect-breaks publishes it. */
export interface BreakRevision {
  breakId: string;
  startUs: number;
  /** Null while the break is on air. */
  endUs: number | null;
  state: LifeState;
}

/** A revision of a splice cue, to be published. */
export interface SpliceCueNews {
  cue: BookedCue;
  /** 1 for the first event of the cue. */
  revision: number;
  outcome: SpliceOutcome;
  /** The break whose boundary matched, else empty. */
  breakId: string;
  /** Seen boundary minus splice point, milliseconds; null unless matched. */
  errorMs: number | null;
  /** Trust of the cue's side after this revision, 0 to 1. */
  trust: number;
  knownUpToUs: number;
}

interface OpenCue {
  cue: BookedCue;
  revision: number;
  outcome: SpliceOutcome;
  breakId: string;
  errorUs: number | undefined;
}

/** A boundary this close to where a cue says (the channel's offset allowed for) is that cue's, microseconds: twice the usual pre-roll of an encoder. */
export const matchUs = 3_000_000;
/** A cue without a break is given up this long after its splice point, when every break that began there would have been announced, microseconds. */
const patienceUs = 180_000_000;
/** Longest break that an unsettled cue waits for, microseconds. */
const longestBreakUs = 1_800_000_000;
/** Breaks kept for cues that come late. */
const keptBreaks = 32;

/**
 * Compares splice cues with the boundaries of the breaks that were seen. A cue is matched as soon as a confirmed break has its boundary
 * there, but the channel is judged only by what is final: a break that is retracted takes its match back.
 */
export class SpliceReconciler {
  readonly #trust: ChannelTrust;
  readonly #open = new Map<string, OpenCue>();
  readonly #breaks = new Map<string, BreakRevision>();
  #cuedStartsUs: number[] = [];
  #news: SpliceCueNews[] = [];
  #nowUs = Number.NEGATIVE_INFINITY;

  constructor(trust: ChannelTrust) {
    this.#trust = trust;
  }

  /** Earliest splice point that is not settled, undefined when there is none. */
  get openSinceUs(): number | undefined {
    const times = [...this.#open.values()].map(({ cue }) => Math.min(cue.spliceUs, cue.message.ptsUs));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** A cue was announced, corrected or taken back. */
  change({ kind, cue }: BookChange, nowUs: number): void {
    this.#nowUs = nowUs;
    const known = this.#open.get(cue.cueId);
    if (kind === 'cancelled') {
      this.#open.delete(cue.cueId);
      if (known !== undefined) this.#say(known, 'cancelled');
      return;
    }
    // A correction of what is settled comes too late to matter.
    if (kind === 'moved' && known === undefined) return;
    const open: OpenCue = { cue, revision: known?.revision ?? 0, outcome: 'pending', breakId: '', errorUs: undefined };
    this.#open.set(cue.cueId, open);
    if (cue.side === 'out') this.#cuedStartsUs = [...this.#cuedStartsUs, cue.spliceUs].slice(-keptBreaks);
    this.#say(open, 'pending');
    this.#match(open);
  }

  /** A break was announced, corrected, settled or retracted. */
  breakSeen(revision: BreakRevision): void {
    const known = this.#breaks.get(revision.breakId);
    this.#breaks.delete(revision.breakId);
    this.#breaks.set(revision.breakId, revision);
    if (this.#breaks.size > keptBreaks) this.#breaks.delete(this.#breaks.keys().next().value ?? '');
    if (revision.state === 'final' && known?.state !== 'final') {
      const dueUs = revision.startUs - this.#trust.offsetUs('out');
      this.#trust.countBreak(this.#cuedStartsUs.some((startUs) => Math.abs(startUs - dueUs) <= matchUs));
    }
    for (const open of [...this.#open.values()]) this.#match(open);
  }

  /** Media time has come to `nowUs`: gives up cues whose break never came. */
  advance(nowUs: number): void {
    this.#nowUs = nowUs;
    for (const open of [...this.#open.values()]) {
      const waitedUs = nowUs - open.cue.spliceUs;
      if (waitedUs < patienceUs || (waitedUs < longestBreakUs && this.#mayStillMatch(open.cue))) continue;
      this.#settle(open);
    }
  }

  /** The epoch ended: settles every cue whose time had come, forgets the others. */
  end(): void {
    for (const open of [...this.#open.values()]) if (open.cue.spliceUs <= this.#nowUs - matchUs) this.#settle(open);
    this.#open.clear();
    this.#breaks.clear();
    this.#cuedStartsUs = [];
    this.#nowUs = Number.NEGATIVE_INFINITY;
  }

  /** Revisions since the last call, in order. */
  takeNews(): SpliceCueNews[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  #match(open: OpenCue): void {
    const { cue } = open;
    const found = this.#nearest(cue);
    if (found === undefined) {
      if (open.outcome === 'matched') this.#say(Object.assign(open, { breakId: '', errorUs: undefined }), 'pending');
      return;
    }
    const errorUs = found.boundaryUs - cue.spliceUs;
    const same = open.outcome === 'matched' && open.breakId === found.breakId && open.errorUs === errorUs;
    Object.assign(open, { breakId: found.breakId, errorUs });
    if (found.final) this.#settle(open);
    else if (!same) this.#say(open, 'matched');
  }

  /** The nearest boundary of a confirmed or final break within reach. */
  #nearest(cue: BookedCue): { breakId: string; boundaryUs: number; final: boolean } | undefined {
    const dueUs = cue.spliceUs + this.#trust.offsetUs(cue.side);
    const found = [...this.#breaks.values()].flatMap(({ breakId, startUs, endUs, state }) => {
      const boundaryUs = cue.side === 'out' ? startUs : endUs;
      const seen = state === 'final' || (state === 'confirmed' && cue.side === 'out');
      return seen && boundaryUs !== null && Math.abs(boundaryUs - dueUs) <= matchUs ? [{ breakId, boundaryUs, final: state === 'final' }] : [];
    });
    return found.sort((one, other) => Math.abs(one.boundaryUs - dueUs) - Math.abs(other.boundaryUs - dueUs))[0];
  }

  /** True while a break that is not settled could still get a boundary where the cue is. */
  #mayStillMatch({ side, spliceUs }: BookedCue): boolean {
    return [...this.#breaks.values()].some(({ startUs, state }) => {
      if (state === 'final' || state === 'retracted') return false;
      return side === 'out' ? Math.abs(startUs - spliceUs) <= 2 * matchUs : startUs < spliceUs + matchUs;
    });
  }

  #settle(open: OpenCue): void {
    this.#open.delete(open.cue.cueId);
    this.#trust.settle(open.cue.side, open.errorUs);
    this.#say(open, open.errorUs === undefined ? 'unmatched' : 'matched');
  }

  #say(open: OpenCue, outcome: SpliceOutcome): void {
    const { cue, breakId, errorUs } = open;
    open.revision += 1;
    open.outcome = outcome;
    const matched = outcome === 'matched' && errorUs !== undefined;
    this.#news.push({
      cue,
      revision: open.revision,
      outcome,
      breakId: matched ? breakId : '',
      errorMs: matched ? Math.round(errorUs / 1000) : null,
      trust: this.#trust.trust(cue.side),
      knownUpToUs: this.#nowUs,
    });
  }
}

/** Side of a break that a cue is about, in words. */
export function sideName(side: SpliceSide): 'start' | 'end' {
  return side === 'out' ? 'start' : 'end';
}
