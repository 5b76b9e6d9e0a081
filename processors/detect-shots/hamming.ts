/** Number of bits that differ in two equally long byte strings (perceptual hashes, fingerprints). */
export function hammingDistance(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  let bits = 0;
  for (let index = 0; index < length; index += 1) bits += bitCount(one[index]! ^ other[index]!);
  return bits;
}

/** Number of ones in a 32-bit word (Warren, "Hacker's Delight", 5-1). */
export function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
