/** Bytes of a packet of MPEG-2 transport streams. */
const packetBytes = 188;
const syncByte = 0x47;
/** stream_id of PES packets (ISO/IEC 13818-1, table 2-22): pictures and sound. */
const isPicture = (streamId: number): boolean => (streamId & 0xf0) === 0xe0;
const isSound = (streamId: number): boolean => (streamId & 0xe0) === 0xc0 || streamId === 0xbd;

/**
 * Presentation time stamp of the first picture in a piece of a transport stream (of the first sound when there is no picture), ticks of
 * 90 kHz, 33 bits. Undefined when the bytes are no transport stream or hold none. Never throws.
 */
export function firstPictureTicks(bytes: Uint8Array): number | undefined {
  let soundTicks: number | undefined;
  for (let start = syncStart(bytes); start !== undefined && start + packetBytes <= bytes.length; start += packetBytes) {
    if (bytes[start] !== syncByte) break;
    const startsUnit = ((bytes[start + 1] ?? 0) & 0x40) !== 0;
    const control = ((bytes[start + 3] ?? 0) >> 4) & 3;
    const payload = start + 4 + ((control & 2) === 0 ? 0 : 1 + (bytes[start + 4] ?? 0));
    if (!startsUnit || (control & 1) === 0 || payload > start + packetBytes - 14) continue;
    const packet = bytes.subarray(payload, start + packetBytes);
    const ticks = presentationTicks(packet);
    if (ticks === undefined) continue;
    if (isPicture(packet[3] ?? 0)) return ticks;
    if (isSound(packet[3] ?? 0)) soundTicks ??= ticks;
  }
  return soundTicks;
}

/** First place at which packets begin: three sync bytes at the right distance, or fewer where the bytes end. */
function syncStart(bytes: Uint8Array): number | undefined {
  for (let start = 0; start < Math.min(packetBytes, bytes.length); start += 1) {
    const places = [start, start + packetBytes, start + 2 * packetBytes].filter((place) => place < bytes.length);
    if (places.every((place) => bytes[place] === syncByte)) return start;
  }
  return undefined;
}

/** PTS of a PES header (ISO/IEC 13818-1, 2.4.3.7). */
function presentationTicks(pes: Uint8Array): number | undefined {
  if (pes[0] !== 0 || pes[1] !== 0 || pes[2] !== 1 || ((pes[7] ?? 0) & 0x80) === 0) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = pes.subarray(9, 14);
  return ((a >> 1) & 7) * 2 ** 30 + b * 2 ** 22 + (c >> 1) * 2 ** 15 + d * 2 ** 7 + (e >> 1);
}
