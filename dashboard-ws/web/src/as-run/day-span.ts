/** A stretch of wall clock, half-open, epoch milliseconds. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** Text of a `datetime-local` field for a moment in the viewer's zone. */
export function fieldText(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The moment of a `datetime-local` field, or undefined while it is not complete. */
export function fieldMs(text: string): number | undefined {
  const ms = new Date(text).getTime();
  return text === '' || Number.isNaN(ms) ? undefined : ms;
}

/** From the midnight before `ms` to the next, in the viewer's zone. */
export function dayOf(ms: number): Span {
  const start = new Date(ms);
  start.setHours(0, 0, 0, 0);
  const end = new Date(start);
  end.setDate(end.getDate() + 1);
  return { fromMs: start.getTime(), toMs: end.getTime() };
}
