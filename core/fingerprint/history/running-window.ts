import type { Signals } from '../../../schemas/events.generated.ts';
import { StreamMemory } from '../stream-memory.ts';
import { SoundKeys } from './sound-keys.ts';

/** How far back the beginning of a repeated stretch is looked for, microseconds: longer than any spot. */
export const windowUs = 185_000_000;
const slots = 16_384;

/** Under this level there is only noise, dB full scale, ... */
const quietDbfs = -55;
/** ... and so far under the loudest of the last seconds. */
const quietDropDb = 30;
/** The loudest fades by this much a block of 23 ms: 2 dB a second. */
const fadeDb = 0.05;
/** A code is quiet when all blocks of level in this span before its middle are; later ones may come with the next run. */
const quietSpanUs = 140_000;
/** Sound that is later than this is not waited for. */
const longestWaitUs = 3_000_000;

const worths = ['nothing', 'little', 'much'] as const;

/** What a code can prove. */
export type SlotWorth = (typeof worths)[number];

/** The last minutes of the running stream: what {@link StreamMemory} keeps, and of every code how much it can prove. */
export class RunningWindow {
  readonly memory = new StreamMemory(windowUs);
  readonly keys = new SoundKeys();
  /** Indices of {@link worths}. */
  readonly #worths = new Uint8Array(slots);
  #levels: { ptsUs: number; quiet: boolean }[] = [];
  #loudest = -120;
  #judged = 0;

  /** Adds a run; calls `heard` for every slot that is worth a look-up, in order, while {@link RunningWindow.keys} stands at it. */
  add(run: Signals, heard: (slot: number) => void): void {
    for (const block of run.sound) this.#level(block);
    this.memory.add(run);
    this.#keepTime(run);
    for (; this.#judged < this.memory.slots; this.#judged += 1) {
      const slot = this.#judged;
      if (this.memory.heard(slot)) this.keys.push(this.memory.code(slot));
      else this.keys.restart();
      const telling = this.memory.heard(slot) && this.keys.lively && this.memory.code(slot) !== 0;
      // Levels are let go while they are read, so every slot must be asked.
      const quiet = this.#isQuiet(this.memory.slotUs(slot));
      this.#worths[slot % slots] = telling ? (quiet ? 1 : 2) : 0;
      if (this.keys.distinct) heard(slot - SoundKeys.delay);
    }
  }

  /** Media time begins anew. */
  newEpoch(): void {
    this.memory.clear();
    this.keys.restart();
    this.#levels = [];
    this.#loudest = -120;
    this.#judged = 0;
  }

  /** What the code of a kept slot can prove: silence and tones nothing, the noise of a pause little. */
  worth(slot: number): SlotWorth {
    return this.memory.heard(slot) ? worths[this.#worths[slot % slots]!]! : 'nothing';
  }

  /** Without sound slots still mark the time: they hold the code of digital silence. */
  #keepTime(run: Signals): void {
    const { memory } = this;
    const lateUs = run.hasAudio ? longestWaitUs : 0;
    const fromUs = memory.slots === 0 ? run.ptsUs : memory.slotUs(memory.slots);
    const missing = Math.floor((run.endUs - lateUs - fromUs) / memory.hopUs);
    if (missing <= 0) return;
    memory.add({ pictures: [], fingerprintStartUs: fromUs, fingerprintHopUs: memory.hopUs, fingerprints: Buffer.alloc(4 * missing) });
  }

  #level({ ptsUs, rmsDbfs }: Signals['sound'][number]): void {
    this.#loudest = Math.max(rmsDbfs, this.#loudest - fadeDb);
    this.#levels.push({ ptsUs, quiet: rmsDbfs < quietDbfs || rmsDbfs < this.#loudest - quietDropDb });
  }

  #isQuiet(slotUs: number): boolean {
    let past = 0;
    while (past < this.#levels.length && this.#levels[past]!.ptsUs < slotUs - quietSpanUs) past += 1;
    if (past > 0) this.#levels.splice(0, past);
    let near = 0;
    for (const { ptsUs, quiet } of this.#levels) {
      if (ptsUs > slotUs) continue;
      if (!quiet) return false;
      near += 1;
    }
    return near > 0;
  }
}
