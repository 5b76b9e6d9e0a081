/** Generator polynomial of CRC-32/MPEG-2 (ISO/IEC 13818-1, annex A), most significant bit first. */
const polynomial = 0x04c11db7;

const table = Uint32Array.from({ length: 256 }, (_unused, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) value = value < 0 ? (value << 1) ^ polynomial : value << 1;
  return value >>> 0;
});

/** CRC-32/MPEG-2 of a section with its checksum: 0 when it is intact (ISO/IEC 13818-1, annex A). */
export function crc32Mpeg(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = ((value << 8) ^ (table[(value >>> 24) ^ byte] ?? 0)) >>> 0;
  return value;
}
