import type { AudioSignals, CornerEdges, PictureSignals, Signals } from '../../schemas/events.generated.ts';

/** Length of a tick, microseconds; ticks start at its multiples, so they do not depend on how the stream was cut into runs. */
export const tickUs = 200_000;
/** A tick is complete when this much more has been read: pictures, corners and sound of one moment may come in neighbouring runs. */
const marginUs = 100_000;
/** ... and when the sound has come too, or is this late. */
const longestWaitUs = 2_000_000;

/** Everything measured in [fromUs, toUs), PTS order. */
export interface Tick {
  fromUs: number;
  toUs: number;
  pictures: PictureSignals[];
  corners: CornerEdges[];
  sound: AudioSignals[];
}

/** Regroups runs of signals, of whatever length, into ticks of fixed media time: what follows sees the same input live and at full speed. */
export class MediaTicks {
  #pictures: PictureSignals[] = [];
  #corners: CornerEdges[] = [];
  #sound: AudioSignals[] = [];
  #nextUs = Number.NaN;
  #readUs = Number.NEGATIVE_INFINITY;
  #soundUs = Number.NEGATIVE_INFINITY;

  /** Adds a run; returns the ticks that are now complete. */
  add(run: Signals): Tick[] {
    if (Number.isNaN(this.#nextUs)) this.#nextUs = Math.floor(firstUs(run) / tickUs) * tickUs;
    this.#pictures.push(...run.pictures);
    this.#corners.push(...run.corners);
    this.#sound.push(...run.sound);
    this.#readUs = Math.max(this.#readUs, run.endUs);
    const lastSound = run.sound[run.sound.length - 1];
    if (lastSound !== undefined) this.#soundUs = Math.max(this.#soundUs, lastSound.ptsUs + lastSound.durationUs);
    const ticks: Tick[] = [];
    for (;;) {
      const toUs = this.#nextUs + tickUs;
      if (this.#readUs < toUs + marginUs) break;
      if (run.hasAudio && this.#soundUs < toUs && this.#readUs < toUs + longestWaitUs) break;
      ticks.push(this.#cut(toUs));
    }
    return ticks;
  }

  /** The ticks that are left, the last one ending with what was read. */
  flush(): Tick[] {
    const ticks: Tick[] = [];
    while (this.#nextUs < this.#readUs) ticks.push(this.#cut(this.#nextUs + tickUs));
    return ticks;
  }

  #cut(toUs: number): Tick {
    const tick: Tick = { fromUs: this.#nextUs, toUs, pictures: [], corners: [], sound: [] };
    [tick.pictures, this.#pictures] = split(this.#pictures, toUs);
    [tick.corners, this.#corners] = split(this.#corners, toUs);
    [tick.sound, this.#sound] = split(this.#sound, toUs);
    this.#nextUs = toUs;
    return tick;
  }
}

function firstUs(run: Signals): number {
  return Math.min(run.ptsUs, run.pictures[0]?.ptsUs ?? run.ptsUs, run.sound[0]?.ptsUs ?? run.ptsUs);
}

function split<Item extends { ptsUs: number }>(items: Item[], untilUs: number): [Item[], Item[]] {
  const before = items.filter((item) => item.ptsUs < untilUs).sort((one, other) => one.ptsUs - other.ptsUs);
  return [before, before.length === 0 ? items : items.filter((item) => item.ptsUs >= untilUs)];
}
