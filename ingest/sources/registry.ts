import { z } from 'zod';

import type { MediaReading } from '../media-reading.ts';
import { demoSource, demoSourceConfig } from './demo.ts';
import { fileSource, fileSourceConfig } from './file.ts';
import { hlsSource, hlsSourceConfig } from './hls.ts';
import { imagesSource, imagesSourceConfig } from './images.ts';
import { rtmpSource, rtmpSourceConfig } from './rtmp.ts';
import { rtspSource, rtspSourceConfig } from './rtsp.ts';
import type { Source, SourceDeps, SourceProfile } from './source.ts';
import { srtSource, srtSourceConfig } from './srt.ts';
import { udpSource, udpSourceConfig } from './udp.ts';

/** Every kind of source, by name. */
export const sources = {
  file: fileSource,
  hls: hlsSource,
  rtsp: rtspSource,
  srt: srtSource,
  rtmp: rtmpSource,
  udp: udpSource,
  images: imagesSource,
  demo: demoSource,
} as const;

/** Options of a source of any kind, told apart by `kind`. */
export const sourceConfig = z.discriminatedUnion('kind', [
  fileSourceConfig,
  hlsSourceConfig,
  rtspSourceConfig,
  srtSourceConfig,
  rtmpSourceConfig,
  udpSourceConfig,
  imagesSourceConfig,
  demoSourceConfig,
]);

/** Parsed options of a source of any kind. */
export type SourceConfig = z.infer<typeof sourceConfig>;

function sourceOf(config: SourceConfig): Source<SourceConfig> {
  // The discriminant ties the two together; the type checker cannot follow it through the table.
  return sources[config.kind];
}

/** Looks at a source without opening it. @throws InvalidInputError `E_SOURCE_NOT_FOUND` */
export async function profileSource(config: SourceConfig): Promise<SourceProfile> {
  return await sourceOf(config).profile(config);
}

/** Connects to a source. @throws AppError of the codes `E_SOURCE_…` and `E_TOOL_MISSING` */
export async function openSource(config: SourceConfig, deps: SourceDeps): Promise<MediaReading> {
  return await sourceOf(config).open(config, deps);
}
