import { z } from 'zod';

import { duration, size } from '../../core/config/fields.ts';

/** Options of the rolling recording of live streams, from which clips of spots are cut. */
export const recordingConfig = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Keep the last minutes of every live stream as it came, without encoding it again.'),
    keep: duration().prefault('10m').describe('How far back the recording of a stream reaches.'),
    maxSize: size().prefault('1GiB').describe('Most bytes of the recording of one stream; the oldest goes first.'),
    leaveFree: size().prefault('2GiB').describe('A disk with less free space than this loses the recordings first.'),
  })
  .prefault({});

/** Parsed options of the recording. */
export type RecordingConfig = z.infer<typeof recordingConfig>;
