import type { Signals } from '../../../schemas/events.generated.ts';
import { ChannelTrust, type TrustState } from './channel-trust.ts';
import { CueBook } from './cue-book.ts';
import { type BreakRevision, type SpliceCueNews, SpliceReconciler } from './splice-reconciler.ts';
import { type SplicePoint, SpliceWitness } from './splice-witness.ts';

/** What survives a restart; plain JSON. */
export interface SpliceState {
  version: 1;
  trust: TrustState;
}

/**
 * The splice cues of one stream: what they say to the break model, what became of them, and how far they are to be believed. Pure: no clock,
 * nothing sent. Feed it every run of signals and every revision of a break.
 */
export class SpliceDesk {
  readonly #trust: ChannelTrust;
  readonly #book = new CueBook();
  readonly #reconciler: SpliceReconciler;
  readonly #witness: SpliceWitness;

  /** @param state what {@link SpliceDesk.saveState} gave before a restart */
  constructor(state?: SpliceState) {
    this.#trust = new ChannelTrust(state?.trust);
    this.#reconciler = new SpliceReconciler(this.#trust);
    this.#witness = new SpliceWitness(this.#trust);
  }

  /** Share of breaks that had a cue, 0 to 1; undefined until a break was seen. */
  get coverage(): number | undefined {
    return this.#trust.coverage;
  }

  /** Earliest media time of a cue that is not settled, undefined when there is none. */
  get openSinceUs(): number | undefined {
    return this.#reconciler.openSinceUs;
  }

  /** Takes the messages of a run of signals. */
  add(run: Signals): void {
    for (const change of this.#book.add(run)) {
      this.#witness.change(change);
      this.#reconciler.change(change, run.endUs);
    }
    this.#reconciler.advance(run.endUs);
  }

  /** Takes every revision of every break. */
  breakSeen(revision: BreakRevision): void {
    this.#reconciler.breakSeen(revision);
  }

  /** New, changed and withdrawn points for the break model since the last call. */
  takePoints(): SplicePoint[] {
    return this.#witness.takePoints();
  }

  /** Revisions of cues to publish since the last call, in order. */
  takeNews(): SpliceCueNews[] {
    return this.#reconciler.takeNews();
  }

  /** The epoch ended, after its last break was told: settles what can be; take the news once more. */
  newEpoch(): void {
    this.#reconciler.end();
    this.#book.clear();
    this.#witness.clear();
  }

  /** What was learned about the channel. */
  saveState(): SpliceState {
    return { version: 1, trust: this.#trust.save() };
  }
}
