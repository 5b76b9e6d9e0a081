import { BitReader } from './bit-reader.ts';

/** Longest text kept of a UPID, characters; the field itself holds at most 255 bytes. */
const maxText = 510;
/** UPID types whose bytes are text by SCTE 35 2023, table 22: user defined, ISCI, Ad-ID, TID, ADI, URI, UUID text, SCR. */
const textTypes = new Set([0x01, 0x02, 0x03, 0x07, 0x09, 0x0e, 0x0f, 0x11]);
const mid = 0x0d;

/**
 * Text of a segmentation_upid: as it is where its type is text (or all of it is printable), else hexadecimal. A MID holds several UPIDs;
 * they are joined by spaces. Never throws.
 */
export function upidText(type: number, bytes: Uint8Array): string {
  if (type === mid) return midText(bytes);
  const printable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  const text = printable && bytes.length > 0 ? Buffer.from(bytes).toString('latin1') : decodedText(type, bytes);
  return text.trim().slice(0, maxText);
}

function decodedText(type: number, bytes: Uint8Array): string {
  const text = textTypes.has(type) ? Buffer.from(bytes).toString('utf8') : '';
  return text !== '' && !/[\p{Cc}\uFFFD]/u.test(text) ? text : Buffer.from(bytes).toString('hex');
}

function midText(bytes: Uint8Array): string {
  const bits = new BitReader(bytes);
  const parts: string[] = [];
  while (bits.leftBytes >= 2) {
    const type = bits.uint(8);
    const part = bits.take(bits.uint(8));
    // A MID inside a MID is not allowed, and would be a way to nest without end.
    if (bits.short || type === mid) return Buffer.from(bytes).toString('hex').slice(0, maxText);
    parts.push(upidText(type, part));
  }
  return parts
    .filter((part) => part !== '')
    .join(' ')
    .slice(0, maxText);
}
