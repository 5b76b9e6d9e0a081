import { z } from 'zod';

const durationUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const sizeUnits: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

function quantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text.trim());
  const factor = match === null ? undefined : units[match[2] ?? ''];
  return factor === undefined ? undefined : Number(match?.[1]) * factor;
}

function quantityField(expected: string, units: Readonly<Record<string, number>>): z.ZodType<number, string> {
  return z.string({ error: `expected ${expected}` }).transform((text, context) => {
    const value = quantity(text, units);
    if (value === undefined) {
      context.addIssue({ code: 'custom', message: `expected ${expected}` });
      return z.NEVER;
    }
    return Math.round(value);
  });
}

/** A duration in YAML such as "500ms", "10s", "5m", "24h", "7d"; parsed to milliseconds. Give the default as text: `duration().prefault('10s')`. */
export function duration(): z.ZodType<number, string> {
  return quantityField('a duration such as "500ms", "10s", "5m", "24h" or "7d"', durationUnits);
}

/** A size in YAML such as "800KB", "64MiB", "2GB"; parsed to bytes. Give the default as text: `size().prefault('64MiB')`. */
export function size(): z.ZodType<number, string> {
  return quantityField('a size such as "800KB", "64MiB" or "2GB"', sizeUnits);
}
