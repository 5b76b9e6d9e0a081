import { z } from 'zod';

import { duration } from '../config/fields.ts';
import { deviceNames } from './onnx-session.ts';

/** Configuration of the inference pool. */
export const inferenceConfigSchema = z
  .strictObject({
    device: z
      .enum(deviceNames)
      .default('cpu')
      .describe('Where models run: cpu, cuda, tensorrt or webgpu. A device that is not available is reported and the CPU is used.'),
    deviceId: z.int().min(0).max(63).default(0).describe('Number of the GPU, for cuda and tensorrt.'),
    workers: z
      .int()
      .min(0)
      .max(64)
      .default(0)
      .describe('Worker threads, each with its own session of every loaded model. 0: two, or one on a machine with one core or on a GPU.'),
    intraOpThreads: z
      .int()
      .min(1)
      .max(64)
      .default(1)
      .describe('Threads that one inference call may use on the CPU; 1 served best on small machines.'),
    maxBatch: z.int().min(1).max(64).default(8).describe('Most pictures in one inference call, for models that take several.'),
    maxDelay: duration().prefault('5ms').describe('Longest time that a picture waits for others to share its call, a duration.'),
    maxPerStream: z.int().min(1).max(64).default(4).describe('Most pictures of one stream in one call while other streams wait.'),
  })
  .prefault({})
  .describe('Worker threads that run ONNX models, shared by all streams and processors.');

/** Parsed configuration of the inference pool. */
export type InferenceConfig = z.output<typeof inferenceConfigSchema>;
