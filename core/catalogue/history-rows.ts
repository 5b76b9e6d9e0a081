import type { HistoryBlock } from '../fingerprint/spot-print.ts';
import type { StateValue } from '../state/state-store.ts';

/** Row of the table `history_blocks`. */
export interface HistoryRow {
  tenant_id: string;
  stream_id: string;
  epoch: number;
  start_us: string | number;
  end_us: string | number;
  event_time_ms: string | number;
  audio_start_us: string | number;
  audio_hop_us: number;
  codes: Uint8Array;
  video_start_us: string | number;
  video_step_us: number;
  hashes: Uint8Array;
  cuts_us: string;
}

/** Columns of a {@link HistoryRow}, in the order of {@link historyValues}. */
export const historyColumns =
  'tenant_id, stream_id, epoch, start_us, end_us, event_time_ms, audio_start_us, audio_hop_us, codes, video_start_us, video_step_us, hashes, cuts_us';

/** Values to bind for a block. */
export function historyValues(block: HistoryBlock): StateValue[] {
  const { audio, video } = block;
  return [
    block.tenantId,
    block.streamId,
    block.epoch,
    Math.round(block.startUs),
    Math.round(block.endUs),
    Math.round(block.eventTimeMs),
    Math.round(audio.startUs),
    audio.hopUs,
    codesToBytes(audio.codes),
    Math.round(video.startUs),
    video.stepUs,
    video.hashes,
    JSON.stringify(block.cutsUs.map((cutUs) => Math.round(cutUs))),
  ];
}

/** The block of a row. */
export function toHistoryBlock(row: HistoryRow): HistoryBlock {
  return {
    tenantId: row.tenant_id,
    streamId: row.stream_id,
    epoch: row.epoch,
    startUs: Number(row.start_us),
    endUs: Number(row.end_us),
    eventTimeMs: Number(row.event_time_ms),
    audio: { startUs: Number(row.audio_start_us), hopUs: row.audio_hop_us, codes: bytesToCodes(row.codes) },
    video: { startUs: Number(row.video_start_us), stepUs: row.video_step_us, hashes: new Uint8Array(row.hashes) },
    cutsUs: JSON.parse(row.cuts_us) as number[],
  };
}

/** Codes as big-endian bytes, four a code. */
function codesToBytes(codes: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(codes.length * 4));
  codes.forEach((code, at) => view.setUint32(at * 4, code));
  return new Uint8Array(view.buffer);
}

function bytesToCodes(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.byteLength >> 2 }, (_, at) => view.getUint32(at * 4));
}
