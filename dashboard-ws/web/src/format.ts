const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const shortClock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayClock = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** Time of day in the viewer's zone, 24 hours, with seconds. */
export function timeOfDay(ms: number): string {
  return clock.format(ms);
}

/** Day and time of day in the viewer's zone, without seconds: "3 May, 20:15". */
export function dayAndTime(ms: number): string {
  return dayClock.format(ms);
}

/** Hour and minute in the viewer's zone. */
export function hourMinute(ms: number): string {
  return shortClock.format(ms);
}

/** The same moment in UTC, for a hover. */
export function utc(ms: number): string {
  return `${new Date(ms).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
}

/** Length as mm:ss, or h:mm:ss from an hour on. */
export function runningTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const head = seconds >= 3600 ? `${Math.floor(seconds / 3600)}:` : '';
  return `${head}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** Length of a spot: seconds with a tenth below a minute, else mm:ss. */
export function shortLength(ms: number): string {
  return ms < 59_950 ? `${(ms / 1000).toFixed(1)} s` : runningTime(Math.round(ms / 1000) * 1000);
}

/** 0 to 1 as whole per cent. */
export function percent(value: number): string {
  return `${Math.round(value * 100)}\u202f%`;
}

/** Milliseconds for a gauge: "84 ms", "1.2 s", "12:30" from a minute on, or a dash. */
export function latency(ms: number | null): string {
  if (ms === null) return '–';
  if (ms >= 60_000) return runningTime(ms);
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A rate with as many digits as make sense. */
export function rate(perSecond: number): string {
  return perSecond >= 100 ? String(Math.round(perSecond)) : perSecond.toFixed(1);
}

/** First letters of a long id. */
export function shortId(id: string): string {
  return id.length > 12 ? id.slice(0, 8) : id;
}
