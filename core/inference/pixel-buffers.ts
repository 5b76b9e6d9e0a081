/** Shared memory for decoded pictures of one size, used again and again. */
export interface PixelBuffers {
  /** A free buffer; a new one when none is free, so callers bound themselves by {@link PixelBuffers.inUse}. */
  take(): SharedArrayBuffer;
  /** Gives a buffer back; its content may be overwritten at once. */
  give(buffer: SharedArrayBuffer): void;
  inUse(): number;
}

/** Creates an empty set of buffers of `sizeBytes` each. */
export function createPixelBuffers(sizeBytes: number): PixelBuffers {
  const free: SharedArrayBuffer[] = [];
  let inUse = 0;
  return {
    take() {
      inUse += 1;
      return free.pop() ?? new SharedArrayBuffer(sizeBytes);
    },
    give(buffer) {
      inUse -= 1;
      free.push(buffer);
    },
    inUse: () => inUse,
  };
}
