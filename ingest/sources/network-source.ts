import { z } from 'zod';

import { redactUrl } from '../../core/log/logger.ts';
import type { DecodeOptions } from '../ffmpeg/decode-options.ts';
import { FfmpegReading } from '../ffmpeg/ffmpeg-reading.ts';
import type { MediaReading } from '../media-reading.ts';
import type { SourceDeps } from './source.ts';

/** How long ffmpeg looks at a live stream before it decides what is in it, microseconds, and how many bytes. */
const liveProbe = ['-analyzeduration', '2000000', '-probesize', '2000000'];

/** What a network source hands to ffmpeg. */
export interface NetworkInput {
  url: string;
  protocols: readonly string[];
  formats?: readonly string[];
  options: readonly string[];
  /** Where splice cues may be. @default 'none' */
  spliceData?: DecodeOptions['spliceData'];
  /** Called with every address that ffmpeg opens while it reads a playlist. */
  onOpened?: (url: string) => void;
}

/** A URL with one of the given schemes and a host; anything else is a configuration error. */
export function urlField(schemes: readonly string[]): z.ZodType<string, string> {
  const expected = `a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`;
  return z.string().superRefine((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !schemes.includes(url.protocol) || /[\s\0]/.test(text))
      context.addIssue({ code: 'custom', message: `expected ${expected}` });
  });
}

/** Opens a live URL with ffmpeg: short probing, one decoder thread, every packet flushed. */
export async function openNetwork(input: NetworkInput, deps: SourceDeps): Promise<MediaReading> {
  const decode = {
    sampling: deps.sampling,
    streams: deps.streams,
    threads: deps.threads === 0 ? 1 : deps.threads,
    lowDelay: true,
    spliceData: input.spliceData ?? 'none',
    legacyVsync: await deps.legacyVsync(),
  };
  const options = [...liveProbe, ...input.options];
  const extraOutputs = deps.footage?.record(deps.streams, false) ?? [];
  return new FfmpegReading(deps.tools(), { ...input, options, address: redactUrl(input.url), network: true, extraOutputs }, decode);
}
