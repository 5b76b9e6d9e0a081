import { eventIdOf } from '../../../core/events/event-id.ts';
import type { Signals, SpliceMessage } from '../../../schemas/events.generated.ts';
import type { SpliceSide } from './channel-trust.ts';

/** One splice cue: a message and its repeats. */
export interface BookedCue {
  /** Deterministic, from the first message. */
  cueId: string;
  side: SpliceSide;
  /** Splice point; where the cue came when it said "at once". */
  spliceUs: number;
  message: SpliceMessage;
}

/** What a message did to the book. */
export type BookChange = { kind: 'new' | 'moved' | 'cancelled'; cue: BookedCue };

/** A message of the same event this close to the earlier one is a repeat or a correction of it, else the id is used anew, microseconds. */
const sameEventUs = 60_000_000;
/** Without an event id, two messages of one side this close are one cue, microseconds. */
const sameCueUs = 1_500_000;
/** A correction by less than this is none: half a picture at 25 a second, microseconds. */
const movedUs = 20_000;
/** An advertisement that begins this close to the end of another follows it within the break, microseconds. */
const adjoiningUs = 1_500_000;
/** Cues kept for telling repeats, in number and microseconds of media time. */
const kept = { cues: 512, us: 3_600_000_000 };

/**
 * Segmentation types of single advertisements (SCTE 35 table 23, 0x30 to 0x33): only those at the edge of a break are about the break.
 */
function isSingleAdvertisement({ segmentationType }: SpliceMessage): boolean {
  return segmentationType >= 0x30 && segmentationType <= 0x33;
}

/** Tells new cues from repeats, corrections and cancellations. One instance per stream and epoch. */
export class CueBook {
  #cues: BookedCue[] = [];

  /** Takes the messages of one run, in order. Messages that say nothing about breaks, and repeats, change nothing. */
  add(run: Signals): BookChange[] {
    this.#cues = this.#cues.filter(({ spliceUs }) => spliceUs > run.ptsUs - kept.us).slice(-kept.cues);
    const changes: BookChange[] = [];
    for (const message of run.spliceMessages) {
      if (message.direction === 'cancel') changes.push(...this.#cancel(message));
      else if (message.direction !== 'other') changes.push(...this.#book(message, message.direction, run));
    }
    const passing = new Set(changes.filter(({ kind }) => kind === 'cancelled').map(({ cue }) => cue.cueId));
    const born = new Set(changes.filter(({ kind }) => kind === 'new').map(({ cue }) => cue.cueId));
    // What one run brings and takes back again was never a cue.
    return changes.filter(({ cue }) => !(passing.has(cue.cueId) && born.has(cue.cueId)));
  }

  /** A new epoch began: times of the old one mean nothing any more. */
  clear(): void {
    this.#cues = [];
  }

  #cancel(message: SpliceMessage): BookChange[] {
    const cancelled = this.#cues.filter(
      ({ spliceUs, message: { carrier, spliceEventId } }) =>
        carrier === message.carrier && spliceEventId === message.spliceEventId && spliceUs > message.ptsUs - sameEventUs,
    );
    return this.#withdraw(cancelled);
  }

  #withdraw(cues: readonly BookedCue[]): BookChange[] {
    this.#cues = this.#cues.filter((cue) => !cues.includes(cue));
    return cues.map((cue) => ({ kind: 'cancelled', cue }));
  }

  #book(message: SpliceMessage, side: SpliceSide, run: Signals): BookChange[] {
    const spliceUs = message.spliceUs ?? message.ptsUs;
    const known = this.#cues.findLast((cue) => isSameCue(cue, message, spliceUs));
    if (known !== undefined) return this.#repeat(known, message);
    if (isSingleAdvertisement(message)) {
      const inner = this.#cues.filter((cue) => isSingleAdvertisement(cue.message) && Math.abs(cue.spliceUs - spliceUs) < adjoiningUs);
      // One advertisement ends where the next begins: the break goes on, and neither cue was about its edge.
      if (inner.some((cue) => cue.side !== side)) return this.#withdraw(inner.filter((cue) => cue.side !== side));
      if (this.#insideBreak(spliceUs)) return [];
    }
    const cue = { cueId: cueIdOf(message, spliceUs, run), side, spliceUs, message };
    this.#cues.push(cue);
    return [{ kind: 'new', cue }];
  }

  #repeat(known: BookedCue, message: SpliceMessage): BookChange[] {
    // "At once" said again is still the first time it was said.
    const spliceUs = message.spliceUs ?? known.spliceUs;
    const durationUs = message.durationUs ?? known.message.durationUs;
    if (Math.abs(spliceUs - known.spliceUs) < movedUs && durationUs === known.message.durationUs) return [];
    const cue = { ...known, spliceUs, message: { ...message, durationUs } };
    this.#cues = this.#cues.map((each) => (each === known ? cue : each));
    return [{ kind: 'moved', cue }];
  }

  /** True when a cue about a whole break, with a length, covers this point: it says all there is to say about the edges. */
  #insideBreak(spliceUs: number): boolean {
    return this.#cues.some(({ side, spliceUs: startUs, message }) => {
      const lengthUs = message.durationUs;
      if (side !== 'out' || isSingleAdvertisement(message) || lengthUs === null) return false;
      return spliceUs > startUs - adjoiningUs && spliceUs < startUs + lengthUs + adjoiningUs;
    });
  }
}

function isSameCue({ side, spliceUs: knownUs, message: known }: BookedCue, message: SpliceMessage, spliceUs: number): boolean {
  if (side !== message.direction || known.carrier !== message.carrier) return false;
  if (message.spliceEventId < 0 || known.spliceEventId < 0) return Math.abs(knownUs - spliceUs) < sameCueUs;
  const sameEvent = known.spliceEventId === message.spliceEventId && known.segmentationType === message.segmentationType;
  return sameEvent && Math.abs(knownUs - spliceUs) < sameEventUs;
}

function cueIdOf({ carrier, spliceEventId, direction, segmentationType }: SpliceMessage, spliceUs: number, run: Signals): string {
  const { tenantId, streamId, epoch } = run;
  const ordinal = `splice ${carrier} ${String(spliceEventId)} ${direction} ${String(segmentationType)}`;
  return eventIdOf({ tenantId, streamId, epoch, ptsUs: spliceUs, producer: 'detect-breaks', ordinal });
}
