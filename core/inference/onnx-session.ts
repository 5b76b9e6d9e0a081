import { env, InferenceSession, Tensor } from 'onnxruntime-node';

import { InvalidInputError, messageOf } from '../errors/app-error.ts';
import type { OutputTensor } from './decoders/decoder.ts';
import type { TensorValues } from './pack-tensor.ts';

/** Where a model runs: ONNX Runtime's execution providers. */
export const deviceNames = ['cpu', 'cuda', 'tensorrt', 'webgpu'] as const;

/** Name of an execution provider. */
export type DeviceName = (typeof deviceNames)[number];

/** How a session is opened. */
export interface SessionOptions {
  device: DeviceName;
  /** Number of the GPU. */
  deviceId: number;
  intraOpThreads: number;
}

/** A graph input or output as the file describes it; a symbolic dimension is its name. */
export interface ValueInfo {
  name: string;
  /** Element type such as `float32`; empty for values that are not tensors. */
  type: string;
  dims: readonly (number | string)[];
}

/** An open model. Not for concurrent use: `run` blocks its thread (measured on onnxruntime-node 1.30), so it belongs in a worker. */
export interface OnnxSession {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** The device it really runs on. */
  readonly device: DeviceName;
  /** Why it does not run on the device asked for; empty when it does. */
  readonly fallbackReason: string;
  /** Runs the graph with one input; outputs in the order of {@link OnnxSession.outputs}. @throws InvalidInputError `E_INFERENCE_FAILED` */
  run(inputName: string, values: TensorValues, dims: readonly number[]): Promise<OutputTensor[]>;
  close(): Promise<void>;
}

/**
 * Opens an ONNX file. A device that this machine or build does not have falls back to the CPU and says why.
 *
 * @throws InvalidInputError `E_MODEL_INVALID`
 */
export async function openOnnxSession(file: string, options: SessionOptions): Promise<OnnxSession> {
  // Every failure comes back as an exception; the library's own lines on standard error would only repeat it.
  env.logLevel = 'fatal';
  const common = { logSeverityLevel: 3, intraOpNumThreads: options.intraOpThreads, interOpNumThreads: 1 } as const;
  let fallbackReason = '';
  if (options.device !== 'cpu') {
    try {
      const provider = options.device === 'webgpu' ? 'webgpu' : { name: options.device, deviceId: options.deviceId };
      const session = await InferenceSession.create(file, { ...common, logSeverityLevel: 4, executionProviders: [provider, 'cpu'] });
      return wrap(session, options.device, '');
    } catch (error) {
      fallbackReason = messageOf(error);
    }
  }
  try {
    return wrap(await InferenceSession.create(file, { ...common, executionProviders: ['cpu'] }), 'cpu', fallbackReason);
  } catch (error) {
    throw new InvalidInputError('E_MODEL_INVALID', `The model file ${file} cannot be loaded: ${messageOf(error)}`, { cause: error });
  }
}

function wrap(session: InferenceSession, device: DeviceName, fallbackReason: string): OnnxSession {
  return {
    inputs: session.inputMetadata.map(infoOf),
    outputs: session.outputMetadata.map(infoOf),
    device,
    fallbackReason,
    async run(inputName, values, dims) {
      try {
        const tensor = values instanceof Uint8Array ? new Tensor('uint8', values, dims) : new Tensor('float32', values, dims);
        const results = await session.run({ [inputName]: tensor });
        return session.outputNames.map((name) => outputOf(name, results[name] as Tensor));
      } catch (error) {
        throw new InvalidInputError('E_INFERENCE_FAILED', `The model failed: ${messageOf(error)}`, { cause: error });
      }
    },
    close: async () => await session.release(),
  };
}

function infoOf(metadata: InferenceSession.ValueMetadata): ValueInfo {
  return metadata.isTensor ? { name: metadata.name, type: metadata.type, dims: metadata.shape } : { name: metadata.name, type: '', dims: [] };
}

function outputOf(name: string, tensor: Tensor): OutputTensor {
  const data = tensor.data as ArrayLike<number> | BigInt64Array;
  return { name, dims: tensor.dims, data: data instanceof BigInt64Array ? Array.from(data, Number) : data };
}
