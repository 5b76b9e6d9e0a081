/** Format of a recording that ffmpeg composes. */
export interface Canvas {
  widthPx: number;
  heightPx: number;
  /** Pictures a second as a fraction: 30000/1001 is 29.97. */
  rate: readonly [number, number];
}

/** A run of pictures: an ffmpeg filter chain without labels that yields exactly `frames` pictures of the canvas. */
export interface Scene {
  chain: string;
  frames: number;
}

/** Pictures a second. */
export const rateOf = (canvas: Canvas): number => canvas.rate[0] / canvas.rate[1];

/** Whole pictures in a number of seconds. */
export const framesIn = (canvas: Canvas, seconds: number): number => Math.round(seconds * rateOf(canvas));

/** The rate as ffmpeg reads it. */
export const rateText = (canvas: Canvas): string => canvas.rate.join('/');

/** The size as ffmpeg reads it. */
export const sizeText = (canvas: Canvas): string => `${canvas.widthPx}x${canvas.heightPx}`;

/** Ends a chain of pictures of any size and rate: fills the canvas, repeats the last picture if need be and cuts after `frames`. */
export function fitted(canvas: Canvas, chain: string, frames: number): Scene {
  const { widthPx, heightPx } = canvas;
  const fill = `scale=${widthPx}:${heightPx}:force_original_aspect_ratio=increase:flags=bilinear,crop=${widthPx}:${heightPx},setsar=1,format=yuv420p`;
  return { chain: `${chain},fps=${rateText(canvas)},${fill},tpad=stop=-1:stop_mode=clone,trim=end_frame=${frames},${clock(canvas)}`, frames };
}

/** Dates pictures anew from zero. */
export const clock = (canvas: Canvas): string => `setpts=N*${canvas.rate[1]}/${canvas.rate[0]}/TB`;

/** Draws over a scene: `filters` is a chain that keeps every picture. */
export const drawnOver = (scene: Scene, filters: string): Scene => ({ ...scene, chain: `${scene.chain},${filters}` });
