import { expect, test } from 'vitest';
import { z } from 'zod';

import { duration, size } from './fields.ts';

test('a duration in words becomes milliseconds, and a bare number is refused with an example', () => {
  expect(duration().parse('1.5s')).toBe(1500);
  expect(duration().parse('7d')).toBe(604_800_000);
  expect(duration().safeParse('12').error?.issues[0]?.message).toContain('"500ms"');
  expect(duration().safeParse(12).success).toBe(false);
});

test('a size in words becomes bytes, and defaults are given as text', () => {
  expect(size().parse('64MiB')).toBe(67_108_864);
  expect(z.strictObject({ limit: size().prefault('2KB') }).parse({}).limit).toBe(2000);
});
