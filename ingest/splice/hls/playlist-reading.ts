import type { Clock } from '../../../core/time/clock.ts';
import type { InputFacts } from '../../ffmpeg/stderr-reader.ts';
import type { Complaint, MediaPacket, MediaReading, ReadingOutcome } from '../../media-reading.ts';
import { epochStepUs } from '../../media-time/time-line.ts';
import type { PlaylistFollower } from './playlist-follower.ts';

/** The first pictures wait this long for their wall clock, milliseconds: events should not change their time source after a second. */
const firstWaitMs = 3_000;

/** A reading of a playlist: what ffmpeg decodes, and beside it what the tags of the playlist say. */
export class PlaylistReading implements MediaReading {
  readonly #media: MediaReading;
  readonly #follower: PlaylistFollower;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  readonly #onEnd: () => void;

  /** @param onEnd ends what the follower has under way */
  constructor(media: MediaReading, follower: PlaylistFollower, clock: Clock, onEnd: () => void) {
    this.#media = media;
    this.#follower = follower;
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  facts(): InputFacts {
    return this.#media.facts();
  }

  async *packets(): AsyncGenerator<MediaPacket[]> {
    let begun = false;
    for await (const packets of this.#media.packets()) {
      if (!begun) await this.#begin(packets);
      begun = true;
      for (const packet of packets) if (packet.kind === 'luma') this.#follower.decoded(sourceTime(packet.rawUs));
      const told = this.#follower.take();
      // Behind the pictures, as one of them may begin the epoch that they belong to.
      yield told.length === 0 ? packets : [...packets, ...told];
    }
    // A short recording can be decoded before its last segments are looked up.
    await Promise.race([this.#follower.settled(), this.#clock.sleep(firstWaitMs, this.#ended.signal).catch(() => undefined)]);
    const late = this.#follower.take();
    if (late.length > 0) yield late;
  }

  takeComplaints(): Complaint[] {
    return [...this.#media.takeComplaints(), ...this.#follower.takeComplaints()];
  }

  async outcome(): Promise<ReadingOutcome> {
    const { complaints, ...rest } = await this.#media.outcome();
    this.#end();
    return { ...rest, complaints: [...complaints, ...this.#follower.takeComplaints()] };
  }

  stop(): void {
    this.#end();
    this.#media.stop();
  }

  async #begin(packets: readonly MediaPacket[]): Promise<void> {
    const first = packets.find(({ kind }) => kind === 'luma') ?? packets.find(({ kind }) => kind === 'sound');
    const place = async (): Promise<void> => {
      await this.#follower.ready;
      if (first?.kind === 'luma' || first?.kind === 'sound') await this.#follower.firstPicture(sourceTime(first.rawUs));
    };
    const patience = this.#clock.sleep(firstWaitMs, this.#ended.signal).catch(() => undefined);
    await Promise.race([place(), patience]);
  }

  #end(): void {
    this.#ended.abort();
    this.#onEnd();
  }
}

/** Time of the source: without the steps that the decoder's filters add at resets. */
function sourceTime(rawUs: number): number {
  return rawUs - Math.round(rawUs / epochStepUs) * epochStepUs;
}
