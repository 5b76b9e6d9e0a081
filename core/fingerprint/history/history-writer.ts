import type { Signals } from '../../../schemas/events.generated.ts';
import { PrintRecorder } from '../print-recorder.ts';
import type { HistoryBlock } from '../spot-print.ts';

/** Length of a block; blocks begin at its multiples, so that a replay after a crash makes the same ones. */
const blockUs = 60_000_000;
/** Cuts become known this much later than they were on air. */
const settleUs = 8_000_000;

interface Moment {
  ptsUs: number;
  eventTimeMs: number;
}

/** Cuts what a stream sounded and looked like into blocks of a minute, as the history keeps them. */
export class HistoryWriter {
  readonly #recorder = new PrintRecorder();
  readonly #blockUs: number;
  readonly #settleUs: number;
  #source: Signals | undefined;
  #start: Moment | undefined;
  #cutsUs: number[] = [];

  /**
   * @param lengthUs length of a block
   * @param lateUs how much later than its end a block is made, so that all its cuts are known
   */
  constructor(lengthUs = blockUs, lateUs = settleUs) {
    this.#blockUs = lengthUs;
    this.#settleUs = lateUs;
  }

  /**
   * Adds a run of signals and the cuts and separators that became known with it, microseconds. After the last run of an epoch call
   * {@link flush}.
   *
   * @returns a block when one is complete: at most one a call, so runs must be shorter than blocks
   */
  add(run: Signals, cutsUs: readonly number[]): HistoryBlock | undefined {
    this.#source = run;
    this.#start ??= { ptsUs: run.ptsUs, eventTimeMs: run.eventTimeMs };
    this.#recorder.add(run);
    this.#cutsUs.push(...cutsUs);
    const endUs = (Math.floor(this.#start.ptsUs / this.#blockUs) + 1) * this.#blockUs;
    return run.endUs >= endUs + this.#settleUs ? this.#cut(this.#start, endUs) : undefined;
  }

  /** The stream or its epoch ended. @returns what is left, longer than usual by the time that cuts are waited for, or undefined */
  flush(): HistoryBlock | undefined {
    const block = this.#start !== undefined && this.#source !== undefined ? this.#cut(this.#start, this.#source.endUs) : undefined;
    this.#recorder.newEpoch();
    this.#start = undefined;
    this.#source = undefined;
    this.#cutsUs = [];
    return block;
  }

  #cut(start: Moment, endUs: number): HistoryBlock | undefined {
    const source = this.#source!;
    this.#start = { ptsUs: endUs, eventTimeMs: source.eventTimeMs + Math.round((endUs - source.ptsUs) / 1000) };
    const print = this.#recorder.print(start.ptsUs, endUs);
    if (print === undefined) return undefined;
    const { tenantId, streamId, epoch } = source;
    const cutsUs = this.#cutsUs.filter((ptsUs) => ptsUs >= start.ptsUs && ptsUs < endUs).sort((one, other) => one - other);
    this.#cutsUs = this.#cutsUs.filter((ptsUs) => ptsUs >= endUs);
    const { audio, video } = print;
    return { tenantId, streamId, epoch, startUs: start.ptsUs, endUs, eventTimeMs: start.eventTimeMs, audio, video, cutsUs };
  }
}
