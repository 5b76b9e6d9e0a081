import type { ByteRange } from '../core/evidence/evidence-store.ts';

/**
 * Reads a `Range` header for a file of `bytes` (RFC 9110, section 14): one range of bytes, its end cut to the file. Anything else that is
 * well formed but not one range of bytes may be ignored by a server, and is: `whole`. A range behind the end is `outside`.
 */
export function rangeOf(header: string, bytes: number): ByteRange | 'whole' | 'outside' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) return 'whole';
  if (first === '') {
    const suffix = Number(last);
    return suffix === 0 || bytes === 0 ? 'outside' : { start: Math.max(0, bytes - suffix), end: bytes - 1 };
  }
  const start = Number(first);
  const end = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (last !== '' && Number(last) < start) return 'whole';
  return start >= bytes ? 'outside' : { start, end };
}
