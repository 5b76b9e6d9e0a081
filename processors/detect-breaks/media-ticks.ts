import type { Signals } from '../../schemas/events.generated.ts';

/** Length of a tick, microseconds; ticks start at its multiples, so they do not depend on how the stream was cut into runs. */
export const tickUs = 200_000;
/** A tick is complete when this much more has been read: pictures, corners and sound of one moment may come in neighbouring runs. */
const marginUs = 100_000;
/** ... and when the sound has come too, or is this late. */
const longestWaitUs = 2_000_000;
/** Fingerprints and bands stand for windows of sound and are known this much later than their time; a tick holds those of as much earlier. */
const windowUs = 200_000;

/** A series of equally spaced items of some bytes each. */
interface Series {
  startUs: number;
  hopUs: number;
  bytes: Buffer;
}

const codeBytes = 4;
const bandBytes = 16;

/**
 * Regroups runs of signals, of whatever length, into ticks of fixed media time: what follows sees the same input live and at full speed. A tick
 * is a run of signals itself, of [ptsUs, endUs); its fingerprints and bands are those of 0.2 s earlier.
 */
export class MediaTicks {
  #pictures: Signals['pictures'] = [];
  #corners: Signals['corners'] = [];
  #sound: Signals['sound'] = [];
  #spread: Signals['soundSpread'] = [];
  #splices: Signals['spliceMessages'] = [];
  #codes: Series[] = [];
  #bands: Series[] = [];
  #nextUs = Number.NaN;
  #readUs = Number.NEGATIVE_INFINITY;
  #soundUs = Number.NEGATIVE_INFINITY;
  #latest: Signals | undefined;

  /** Adds a run; returns the ticks that are now complete. */
  add(run: Signals): Signals[] {
    if (Number.isNaN(this.#nextUs)) this.#nextUs = Math.floor(firstUs(run) / tickUs) * tickUs;
    this.#latest = run;
    this.#pictures.push(...run.pictures);
    this.#corners.push(...run.corners);
    this.#sound.push(...run.sound);
    this.#spread.push(...run.soundSpread);
    this.#splices.push(...run.spliceMessages);
    if (run.fingerprintStartUs >= 0) this.#codes.push({ startUs: run.fingerprintStartUs, hopUs: run.fingerprintHopUs, bytes: run.fingerprints });
    if (run.soundBandsStartUs >= 0) this.#bands.push({ startUs: run.soundBandsStartUs, hopUs: run.soundBandsHopUs, bytes: run.soundBands });
    this.#readUs = Math.max(this.#readUs, run.endUs);
    const lastSound = run.sound[run.sound.length - 1];
    if (lastSound !== undefined) this.#soundUs = Math.max(this.#soundUs, lastSound.ptsUs + lastSound.durationUs);
    const ticks: Signals[] = [];
    for (;;) {
      const toUs = this.#nextUs + tickUs;
      if (this.#readUs < toUs + marginUs) break;
      if (run.hasAudio && this.#soundUs < toUs && this.#readUs < toUs + longestWaitUs) break;
      ticks.push(this.#cut(run, toUs, toUs - windowUs));
    }
    return ticks;
  }

  /** The ticks that are left, the last one ending with what was read. */
  flush(): Signals[] {
    const ticks: Signals[] = [];
    const run = this.#latest;
    while (run !== undefined && this.#nextUs < this.#readUs) {
      const toUs = this.#nextUs + tickUs;
      ticks.push(this.#cut(run, toUs, toUs >= this.#readUs ? Number.POSITIVE_INFINITY : toUs - windowUs));
    }
    return ticks;
  }

  #cut(run: Signals, toUs: number, soundUntilUs: number): Signals {
    const ptsUs = this.#nextUs;
    const codes = takeSeries(this.#codes, soundUntilUs, codeBytes);
    const bands = takeSeries(this.#bands, soundUntilUs, bandBytes);
    const tick: Signals = {
      ...run,
      ptsUs,
      endUs: toUs,
      eventTimeMs: run.eventTimeMs + Math.round((ptsUs - run.ptsUs) / 1000),
      fingerprintStartUs: codes?.startUs ?? -1,
      fingerprintHopUs: codes?.hopUs ?? 0,
      fingerprints: codes?.bytes ?? Buffer.alloc(0),
      soundBandsStartUs: bands?.startUs ?? -1,
      soundBandsHopUs: bands?.hopUs ?? 0,
      soundBands: bands?.bytes ?? Buffer.alloc(0),
      endOfStream: false,
    };
    [tick.pictures, this.#pictures] = split(this.#pictures, toUs);
    [tick.corners, this.#corners] = split(this.#corners, toUs);
    [tick.sound, this.#sound] = split(this.#sound, toUs);
    [tick.soundSpread, this.#spread] = split(this.#spread, toUs);
    [tick.spliceMessages, this.#splices] = split(this.#splices, toUs);
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

/** Takes the items before `untilUs` out of series that follow each other; a gap in time ends what is taken, the rest comes with the next tick. */
function takeSeries(series: Series[], untilUs: number, size: number): Series | undefined {
  let taken: Series | undefined;
  for (let first = series[0]; first !== undefined; first = series[0]) {
    const follows = taken === undefined || Math.abs(first.startUs - (taken.startUs + (taken.bytes.length / size) * taken.hopUs)) < taken.hopUs / 2;
    const count = Math.min(first.bytes.length / size, Math.max(0, Math.ceil((untilUs - first.startUs) / first.hopUs)));
    if (!follows || count === 0) break;
    const bytes = first.bytes.subarray(0, count * size);
    taken = taken === undefined ? { ...first, bytes } : { ...taken, bytes: Buffer.concat([taken.bytes, bytes]) };
    if (count * size === first.bytes.length) series.shift();
    else {
      series[0] = { ...first, startUs: first.startUs + count * first.hopUs, bytes: first.bytes.subarray(count * size) };
      break;
    }
  }
  return taken;
}
