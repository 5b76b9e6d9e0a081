import type { ChannelLook } from './scenes/graphics.ts';
import type { MusicStyle } from './sound/music.ts';
import type { Voice } from './sound/voice.ts';
import type { Brand } from './spots/products.ts';

/** Size, rate and encoding of a recording. */
export interface RecordingFormat {
  /** Even; drawn for 16:9. */
  widthPx: number;
  heightPx: number;
  /** Pictures a second as a fraction: 25/1 or 30000/1001. */
  rate: readonly [number, number];
  /** x264 constant rate factor: 23 is good, 28 broadcast-poor. */
  crf: number;
  /** x264 preset. */
  preset: 'ultrafast' | 'superfast' | 'veryfast';
}

/** Programme scenes that can be drawn. */
export type SceneKind = 'studio' | 'weather' | 'landscape' | 'sea' | 'street' | 'room' | 'kitchen' | 'close-up' | 'pitch' | 'player' | 'commentary';

/** Pictures that only spots have. */
export type AdSceneKind = 'hero' | 'price' | 'range' | 'qr' | 'end-card';

/** What a shot shows. `seed` decides everything that is random in it: equal specs give equal pictures. */
export type SceneSpec =
  | { kind: SceneKind; seed: number; hue: number }
  | { kind: AdSceneKind; seed: number; hue: number; brand: Brand; withQr?: boolean }
  | { kind: 'title'; seed: number; hue: number; look: ChannelLook; title: string; line: string }
  | { kind: 'video'; path: string; startS: number; lengthS: number }
  | { kind: 'black' };

/** Drawn over a shot. */
export type GraphicSpec =
  | { kind: 'lower-third'; name: string; role: string; inS: number; outS: number }
  | { kind: 'score'; teams: readonly [string, string]; score: readonly [number, number]; startS: number }
  | { kind: 'slogan'; text: string; y: number };

/** How the camera moves during a shot; `amount` is pixels per second of 640 for pans and zoom per second for zooms. */
export interface CameraMove {
  kind: 'still' | 'pan' | 'zoom';
  amount: number;
}

/** One camera setup without a cut. */
export interface ShotSpec {
  frames: number;
  scene: SceneSpec;
  camera: CameraMove;
  graphics: readonly GraphicSpec[];
  /** Frames at the start in which the previous shot dissolves into this one; 0 is a hard cut. */
  dissolveFrames: number;
  /** Seconds into the scene at the first frame, so that a scene can go on after a cut-away. */
  sceneStartS: number;
}

/** Sound of an item. Levels are linear gains. */
export interface SoundSpec {
  seed: number;
  speech: readonly { voice: Voice; gain: number }[];
  music: { style: MusicStyle; gain: number } | null;
  /** Room, street or crowd noise: RMS, 0 to 1. */
  ambience: number;
  /** 0 hiss to 0.99 rumble. */
  ambienceTone: number;
  /** Slow changes of the ambience, 0 to 1: a crowd. */
  ambienceSwell: number;
  /** Seconds over which the item's sound fades in and out. */
  fadeInS: number;
  fadeOutS: number;
  /** Seconds of silence at the end, after the fade. @default 0 */
  silentTailS?: number;
}

/** What an item of the running order is. Only `spot` is advertising. */
export type ItemKind = 'programme' | 'spot' | 'separator' | 'titles' | 'ident' | 'promo' | 'decoy';

/** A stretch of the broadcast with one purpose. */
export interface PlanItem {
  kind: ItemKind;
  /** Same id, same content: a spot that airs twice has one id. */
  id: string;
  shots: readonly ShotSpec[];
  /** null is silence. */
  sound: SoundSpec | null;
  logo: boolean;
  ticker: boolean;
  /** Share of the height covered by a black bar above and below; 0 for none. */
  letterbox: number;
  /** Frames of fade from and to black inside the item. */
  fadeInFrames: number;
  fadeOutFrames: number;
}

/** A running order with everything needed to render it; plain data. */
export interface BroadcastPlan {
  seed: number;
  format: RecordingFormat;
  look: ChannelLook;
  tickerText: string;
  /** Minute of the day on the ticker's clock when the recording begins. */
  clockMinute: number;
  /** Frames that were on air before this recording: ticker and clock go on from there. @default 0 */
  firstFrame?: number;
  items: readonly PlanItem[];
  /** RMS of noise that lies under everything, silence included: 0 is digital silence. */
  noiseFloor: number;
  /** Standard deviation of film grain in luma steps. */
  grain: number;
}

/** Number of frames of an item. */
export function itemFrames(item: PlanItem): number {
  return item.shots.reduce((sum, shot) => sum + shot.frames, 0);
}

/** Number of frames of a whole plan. */
export function planFrames(plan: BroadcastPlan): number {
  return plan.items.reduce((sum, item) => sum + itemFrames(item), 0);
}

/** Seconds from the first frame to the start of frame `frame`. */
export function frameTimeS(format: RecordingFormat, frame: number): number {
  return (frame * format.rate[1]) / format.rate[0];
}
