import type { HistoryBlock } from '../spot-print.ts';

/** Blocks of one stream and epoch, in order of media time. */
export class Tape {
  readonly tenantId: string;
  readonly streamId: string;
  readonly epoch: number;
  #blocks: HistoryBlock[] = [];

  constructor({ tenantId, streamId, epoch }: Pick<HistoryBlock, 'tenantId' | 'streamId' | 'epoch'>) {
    this.tenantId = tenantId;
    this.streamId = streamId;
    this.epoch = epoch;
  }

  get empty(): boolean {
    return this.#blocks.length === 0;
  }

  /** Adds a block unless the tape holds all of it; returns whether it was added. */
  add(block: HistoryBlock): boolean {
    if (this.#blocks.some(({ startUs, endUs }) => startUs <= block.startUs && endUs >= block.endUs)) return false;
    const at = this.#blocks.findLastIndex(({ startUs }) => startUs <= block.startUs) + 1;
    this.#blocks.splice(at, 0, block);
    return true;
  }

  /** Takes a block off. */
  remove(block: HistoryBlock): void {
    const at = this.#blocks.indexOf(block);
    if (at >= 0) this.#blocks.splice(at, 1);
  }

  /** The block that holds a media time; the later one where two overlap. */
  blockAt(timeUs: number): HistoryBlock | undefined {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#blocks[middle]!.startUs <= timeUs) low = middle + 1;
      else high = middle;
    }
    const block = this.#blocks[low - 1];
    return block !== undefined && timeUs < block.endUs ? block : undefined;
  }

  /** Wall clock at a media time, epoch milliseconds, by the nearest block; undefined when the tape is empty. */
  eventTimeMs(timeUs: number): number | undefined {
    const block = this.#blocks.find(({ endUs }) => endUs > timeUs) ?? this.#blocks.at(-1);
    return block && block.eventTimeMs + Math.round((timeUs - block.startUs) / 1000);
  }

  /** Cuts of a span, microseconds, in order. */
  cutsBetween(startUs: number, endUs: number): number[] {
    const blocks = this.#blocks.filter((block) => block.startUs < endUs && block.endUs > startUs);
    const cutsUs = new Set(blocks.flatMap((block) => block.cutsUs.filter((cutUs) => cutUs >= startUs && cutUs < endUs)));
    return [...cutsUs].sort((one, other) => one - other);
  }
}
