import type { DecoderName } from '../models/model-manifest.ts';
import type { Decoder } from './decoder.ts';
import { fastestdet } from './fastestdet.ts';
import { nanodet } from './nanodet.ts';
import { rtmdet } from './rtmdet.ts';
import { ssd } from './ssd.ts';
import { yolox } from './yolox.ts';

/** Every output layout by its name in `model.yaml`. */
export const decoders: Readonly<Record<DecoderName, Decoder>> = { yolox, nanodet, ssd, fastestdet, rtmdet };
