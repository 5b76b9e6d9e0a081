import type { Frame } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import type { BacklogGate } from './backlog-gate.ts';
import type { FrameEncoder } from './frame-encoder.ts';
import type { SteadyPublisher } from './steady-publisher.ts';

/** A sampled picture with everything but its JPEG. */
export interface PendingFrame {
  rgb: Buffer;
  widthPx: number;
  heightPx: number;
  /** Completes the event; called once the picture is encoded. */
  finish: (jpeg: Buffer) => Frame;
}

/** Why a frame was dropped. */
export type DropReason = 'slowDownstream' | 'backlog' | 'refused' | 'unreadable';

/** What {@link FrameQueue} needs. */
export interface FrameQueueDeps {
  encoder: FrameEncoder;
  publisher: SteadyPublisher;
  gate: BacklogGate;
  /** Aborted when the stream stops: what is queued is still published, but no backlog is waited for. */
  stopping: AbortSignal;
  /** `lossless` makes the reader wait, `freshest` drops the oldest pictures. */
  policy: 'lossless' | 'freshest';
  /** Pictures that may wait, encoded ones included. */
  limit: number;
  onPublished: (count: number) => void;
  onDropped: (reason: DropReason, count: number) => void;
}

/** Pictures encoded side by side; sharp uses a thread each. */
const encodedAtOnce = 4;

/** Encodes and publishes sampled pictures in their order, and applies the stream's policy when that is slower than the source. */
export class FrameQueue {
  readonly #deps: FrameQueueDeps;
  readonly #waiting: PendingFrame[] = [];
  #worker: Promise<void> | undefined;
  #room: (() => void)[] = [];

  constructor(deps: FrameQueueDeps) {
    this.#deps = deps;
  }

  /** Takes one picture. Under `lossless` it resolves when there is room again, under `freshest` at once. */
  async add(frame: PendingFrame): Promise<void> {
    this.#waiting.push(frame);
    if (this.#deps.policy === 'freshest') this.#drop(this.#waiting.length - this.#deps.limit, 'slowDownstream');
    this.#worker ??= this.#work().finally(() => (this.#worker = undefined));
    if (this.#deps.policy === 'lossless') {
      while (this.#waiting.length >= this.#deps.limit) {
        await new Promise<void>((resolve) => void this.#room.push(resolve));
      }
    }
  }

  /** Resolves when everything taken so far is published or dropped. */
  async drained(): Promise<void> {
    while (this.#worker !== undefined) await this.#worker;
  }

  #drop(count: number, reason: DropReason): void {
    if (count <= 0) return;
    this.#waiting.splice(0, count);
    this.#deps.onDropped(reason, count);
  }

  async #work(): Promise<void> {
    const { gate, policy, stopping } = this.#deps;
    try {
      while (this.#waiting.length > 0) {
        if (policy === 'lossless' && !stopping.aborted) await gate.drained(stopping).catch(() => undefined);
        if (policy === 'freshest' && (await gate.tooLong())) this.#drop(this.#waiting.length, 'backlog');
        else await this.#publish(this.#waiting.slice(0, encodedAtOnce));
      }
    } finally {
      this.#wake();
    }
  }

  async #publish(batch: readonly PendingFrame[]): Promise<void> {
    const { encoder, publisher, onPublished, onDropped } = this.#deps;
    // The batch leaves the queue before it is encoded, so that dropping the oldest never touches a picture that is under way.
    this.#waiting.splice(0, batch.length);
    const encoded = await Promise.all(
      batch.map(async (frame) => await encoder.encode(frame.rgb, frame.widthPx, frame.heightPx).then(frame.finish, () => undefined)),
    );
    const frames = encoded.filter((frame) => frame !== undefined);
    if (frames.length < batch.length) onDropped('unreadable', batch.length - frames.length);
    const published = await publisher.publish(topics.frames, frames);
    if (published > 0) onPublished(published);
    if (published < frames.length) onDropped('refused', frames.length - published);
    this.#wake();
  }

  #wake(): void {
    const room = this.#room;
    this.#room = [];
    for (const resolve of room) resolve();
  }
}
