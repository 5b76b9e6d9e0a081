import { type FfmpegTools, ffmpegVersion, findFfmpeg } from './ffmpeg-process.ts';

/** Finds ffmpeg when it is first needed, and asks for its version once. */
export interface FfmpegLookup {
  /** @throws UnavailableError `E_TOOL_MISSING` */
  tools: () => FfmpegTools;
  /** True for ffmpeg before 5.1, which spells `-fps_mode` as `-vsync`. */
  legacyVsync: () => Promise<boolean>;
}

/** Creates a lookup in the given environment. @default process.env */
export function createFfmpegLookup(env: NodeJS.ProcessEnv = process.env): FfmpegLookup {
  let version: Promise<string> | undefined;
  return {
    tools: () => findFfmpeg(env),
    legacyVsync: async () => {
      version ??= ffmpegVersion(findFfmpeg(env));
      return isBeforeFpsMode(await version);
    },
  };
}

/** True for versions before 5.1; versions without a number (builds from source) count as new. */
export function isBeforeFpsMode(version: string): boolean {
  const match = /^n?(\d+)\.(\d+)/.exec(version);
  return match !== null && (Number(match[1]) < 5 || (Number(match[1]) === 5 && Number(match[2]) < 1));
}
