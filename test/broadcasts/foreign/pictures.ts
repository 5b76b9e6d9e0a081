import type { Random } from '../../../ingest/demo/engine/random.ts';
import { type Canvas, type Scene, clock, drawnOver, fitted, rateOf, rateText, sizeText } from './canvas.ts';

/** Colours of cards and boxes. */
const colours = ['0xd62828', '0xf77f00', '0xfcbf49', '0x2a9d8f', '0x264653', '0x3a0ca3', '0x4361ee', '0x06d6a0', '0xef476f', '0x118ab2', '0xffffff'];
const fonts = ['DejaVu Sans', 'DejaVu Serif', 'Liberation Sans Narrow', 'DejaVu Sans Mono', 'Liberation Serif'];

/** A film or a picture that may be used. */
export interface Footage {
  path: string;
  /** 0 for a still picture. */
  lengthS: number;
}

/** A moving pattern of ffmpeg's own sources. */
export function patternScene(random: Random, canvas: Canvas, frames: number): Scene {
  const size = sizeText(canvas);
  const rate = rateText(canvas);
  const half = `${canvas.widthPx / 2}x${canvas.heightPx / 2}`;
  const seed = random.int(1, 1e6);
  const source = random.pick([
    `testsrc2=size=${size}:rate=${rate},hue=h=${random.int(0, 359)}:s=${random.range(0.3, 1.2).toFixed(2)}`,
    `mandelbrot=size=${size}:rate=${rate}:maxiter=${random.int(150, 400)}:start_scale=${random.range(0.01, 3).toFixed(3)},hue=h=${random.int(0, 359)}`,
    `gradients=size=${size}:rate=${rate}:seed=${seed}:nb_colors=${random.int(3, 7)}:speed=${random.range(0.008, 0.05).toFixed(3)}`,
    `life=size=${half}:rate=${rate}:seed=${seed}:ratio=0.3:mold=${random.int(8, 40)}:life_color=${random.pick(colours)}:death_color=${random.pick(colours)}:mold_color=black,scale=${size.replace('x', ':')}:flags=neighbor`,
    `cellauto=size=${half}:rate=${rate}:seed=${seed}:rule=${random.pick([30, 90, 110, 150])}:ratio=0.4,scale=${size.replace('x', ':')}:flags=bilinear`,
    `sierpinski=size=${size}:rate=${rate}:seed=${seed}:type=${random.pick(['carpet', 'triangle'])}:jump=${random.int(20, 120)}`,
    `smptehdbars=size=${size}:rate=${rate},rotate=a=t*${random.range(0.05, 0.6).toFixed(2)}`,
  ]);
  return fitted(canvas, source, frames);
}

/** A stretch of a film. */
export function filmScene(random: Random, canvas: Canvas, films: readonly Footage[], frames: number): Scene {
  const lengthS = frames / rateOf(canvas);
  const long = films.filter((film) => film.lengthS > lengthS + 1);
  const film = random.pick(long.length > 0 ? long : films);
  const startS = random.range(0, Math.max(0, film.lengthS - lengthS - 0.5));
  const mirror = random.chance(0.2) ? ',hflip' : '';
  return fitted(canvas, `movie=filename='${film.path}':seek_point=${startS.toFixed(2)},setpts=PTS-STARTPTS${mirror}`, frames);
}

/** A slow move over a photograph (what documentaries do with pictures), or a zoom into it. */
export function photoScene(random: Random, canvas: Canvas, photos: readonly Footage[], frames: number): Scene {
  const { widthPx, heightPx } = canvas;
  const photo = `movie=filename='${random.pick(photos).path}'`;
  const large = (factor: number): string => {
    const [width, height] = [Math.round((widthPx * factor) / 2) * 2, Math.round((heightPx * factor) / 2) * 2];
    return `scale=${width}:${height}:force_original_aspect_ratio=increase,crop=${width}:${height},setsar=1,format=yuv420p`;
  };
  if (random.chance(0.4)) {
    const zoom = random.chance(0.5) ? '1+0.3*on/N' : '1.3-0.3*on/N';
    const move = `zoompan=z='${zoom.replace('N', String(frames))}':x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2':d=${frames}:s=${sizeText(canvas)}:fps=${rateText(canvas)}`;
    return { chain: `${photo},${large(2)},${move},setsar=1,trim=end_frame=${frames},${clock(canvas)}`, frames };
  }
  const [fromX, fromY] = random.pick([
    ['n/N', '0.5'],
    ['1-n/N', '0.5'],
    ['0.5', 'n/N'],
    ['n/N', '1-n/N'],
  ] as const);
  const at = (share: string): string => share.replace('N', String(frames));
  const move = `crop=${widthPx}:${heightPx}:x='(in_w-out_w)*(${at(fromX)})':y='(in_h-out_h)*(${at(fromY)})'`;
  return { chain: `${photo},${large(1.35)},loop=loop=-1:size=1,trim=end_frame=${frames},${clock(canvas)},${move}`, frames };
}

/** A line of text in the middle of the picture, at a share of its height, standing or sliding in. */
export function textFilter(random: Random, canvas: Canvas, text: string, options: { atY: number; height: number; colour?: string }): string {
  const size = Math.round(Math.min(canvas.heightPx * options.height, (canvas.widthPx * 1.5) / Math.max(4, text.length)));
  const x = random.chance(0.5) ? '(w-tw)/2' : `min((w-tw)/2,-tw+t*${Math.round(canvas.widthPx * random.range(1.2, 3))})`;
  const look = random.chance(0.4) ? ':box=1:boxcolor=black@0.5:boxborderw=6' : ':shadowcolor=black@0.6:shadowx=2:shadowy=2';
  return `drawtext=font='${random.pick(fonts)}':text='${text}':fontsize=${size}:fontcolor=${options.colour ?? 'white'}:x='${x}':y=h*${options.atY}-th/2${look}`;
}

/** A card with lines of text on a plain colour or on a gradient, as spots and titles end with. */
export function cardScene(random: Random, canvas: Canvas, lines: readonly string[], frames: number): Scene {
  const seed = random.int(1, 1e6);
  const ground = random.chance(0.5)
    ? `color=c=${random.pick(colours.slice(0, -1))}:size=${sizeText(canvas)}:rate=${rateText(canvas)}`
    : `gradients=size=${sizeText(canvas)}:rate=${rateText(canvas)}:seed=${seed}:nb_colors=3:speed=0.01`;
  const texts = lines.map((line, index) =>
    textFilter(random, canvas, line, { atY: (index + 1) / (lines.length + 1), height: index === 0 ? 0.2 : 0.1 }),
  );
  return drawnOver(fitted(canvas, ground, frames), texts.join(','));
}

/** A black picture. */
export const blackScene = (canvas: Canvas, frames: number): Scene =>
  fitted(canvas, `color=c=black:size=${sizeText(canvas)}:rate=${rateText(canvas)}`, frames);

/** The naive test picture: a plain colour or a test card with a word on it. */
export function plainScene(random: Random, canvas: Canvas, word: string, frames: number): Scene {
  const ground = random.pick([`color=c=${random.pick(colours)}`, 'testsrc', 'smptebars', 'rgbtestsrc', 'pal75bars', 'testsrc2']);
  return drawnOver(
    fitted(canvas, `${ground}${ground.includes('=') ? ':' : '='}size=${sizeText(canvas)}:rate=${rateText(canvas)}`, frames),
    textFilter(random, canvas, word, { atY: random.range(0.3, 0.7), height: 0.15, colour: random.pick(['white', 'black', 'yellow']) }),
  );
}

/** A coloured box somewhere in the lower half, as graphics have. */
export function boxFilter(random: Random): string {
  const height = random.range(0.08, 0.25);
  return `drawbox=x=iw*${random.range(0, 0.5).toFixed(2)}:y=ih*${random.range(0.5, 0.95 - height).toFixed(2)}:w=iw*${random.range(0.3, 0.6).toFixed(2)}:h=ih*${height.toFixed(2)}:color=${random.pick(colours)}@${random.range(0.5, 1).toFixed(2)}:t=fill`;
}
