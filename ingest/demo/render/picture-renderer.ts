import { Atelier } from '../engine/atelier.ts';
import { addGrain, createPicture, fadePicture, letterbox, mixPicture, type Picture } from '../engine/picture.ts';
import { Random } from '../engine/random.ts';
import { drawOverlay, Scene, type Drawable, type Layer, type View } from '../engine/scene.ts';
import { frameTimeS, itemFrames, planFrames, type BroadcastPlan, type CameraMove, type PlanItem, type SceneSpec, type ShotSpec } from '../plan.ts';
import { logoLayer, tickerLayers } from '../scenes/graphics.ts';
import { buildGraphics, buildScene } from '../scenes/scene-library.ts';
import { readVideoScene } from './video-scene.ts';

/** Scenes kept for shots that come back to them. */
const keptScenes = 8;

interface PreparedShot {
  item: PlanItem;
  shot: ShotSpec;
  scene: Drawable;
  graphics: readonly Layer[];
}

function viewAt(camera: CameraMove, tS: number, lengthS: number): View {
  if (camera.kind === 'pan') return { x: Math.max(-58, Math.min(58, camera.amount * (tS - lengthS / 2))), y: 0, zoom: 1 };
  if (camera.kind === 'zoom')
    return { x: 0, y: 0, zoom: 1.001 + (camera.amount >= 0 ? camera.amount * tS : -camera.amount * Math.max(0, lengthS - tS)) };
  return { x: 0, y: 0, zoom: 1 };
}

/** Gaussian luma noise to be read at random offsets. */
function grainTile(random: Random, sigma: number, length: number): Int8Array {
  const tile = new Int8Array(length);
  for (let index = 0; index < length; index++)
    tile[index] = Math.round((random.next() + random.next() + random.next() + random.next() - 2) * 1.73 * sigma);
  return tile;
}

/** Draws the pictures of a plan in order. */
export class PictureRenderer {
  readonly #plan: BroadcastPlan;
  readonly #atelier: Atelier;
  readonly #scenes = new Map<string, Promise<Drawable>>();
  readonly #random: Random;
  readonly #grain: Int8Array | null;
  readonly #under: Picture;

  constructor(plan: BroadcastPlan) {
    this.#plan = plan;
    this.#atelier = new Atelier(plan.format.widthPx);
    this.#random = new Random(plan.seed).fork('grain');
    this.#grain = plan.grain > 0 ? grainTile(this.#random.fork('tile'), plan.grain, 262_139) : null;
    this.#under = createPicture(plan.format.widthPx, plan.format.heightPx);
  }

  /**
   * Draws every picture into the one that `nextPicture` hands out and gives it to `show`, in order.
   *
   * @param nextPicture a picture that nobody reads any more
   * @param show called with each finished picture; drawing goes on when its promise is fulfilled
   */
  async render(nextPicture: () => Promise<Picture>, show: (picture: Picture, frame: number) => void): Promise<void> {
    const overlays = await this.#overlays();
    const shots = this.#plan.items.flatMap((item) => item.shots.map((shot) => ({ item, shot })));
    let frame = 0;
    let previous: PreparedShot | undefined;
    let coming = shots[0] === undefined ? undefined : this.#prepare(shots[0].item, shots[0].shot);
    for (let index = 0; index < shots.length; index++) {
      const current = await (coming as Promise<PreparedShot>);
      const following = shots[index + 1];
      coming = following === undefined ? undefined : this.#prepare(following.item, following.shot);
      // A failure while the current shot is drawn is reported when its turn comes.
      coming?.catch(() => undefined);
      const itemStart = this.#framesBefore(current);
      for (let inShot = 0; inShot < current.shot.frames; inShot++, frame++) {
        const picture = await nextPicture();
        this.#drawFrame(picture, current, previous, inShot, itemStart + inShot);
        const tS = frameTimeS(this.#plan.format, frame + (this.#plan.firstFrame ?? 0));
        if (current.item.ticker) drawOverlay(picture, overlays.ticker, tS, this.#atelier.scale);
        if (current.item.logo) drawOverlay(picture, overlays.logo, tS, this.#atelier.scale);
        show(picture, frame);
      }
      previous = current;
    }
  }

  #framesBefore(current: PreparedShot): number {
    const at = current.item.shots.indexOf(current.shot);
    return current.item.shots.slice(0, at).reduce((sum, shot) => sum + shot.frames, 0);
  }

  async #overlays(): Promise<{ logo: Layer[]; ticker: Layer[] }> {
    const { look, items, tickerText, clockMinute, format } = this.#plan;
    const kit = { atelier: this.#atelier, random: new Random(1), hue: look.hue };
    const minutes = Math.ceil(frameTimeS(format, planFrames(this.#plan) + (this.#plan.firstFrame ?? 0)) / 60);
    return {
      logo: [await logoLayer(kit, look)],
      ticker: items.some((item) => item.ticker) ? await tickerLayers(kit, look, tickerText, clockMinute, minutes) : [],
    };
  }

  async #prepare(item: PlanItem, shot: ShotSpec): Promise<PreparedShot> {
    const lengthS = frameTimeS(this.#plan.format, shot.frames);
    const [scene, graphics] = await Promise.all([this.#scene(shot.scene), buildGraphics(this.#atelier, this.#plan.look, shot, lengthS, item.ticker)]);
    return { item, shot, scene, graphics };
  }

  #scene(spec: SceneSpec): Promise<Drawable> {
    const key = JSON.stringify(spec);
    const kept = this.#scenes.get(key);
    this.#scenes.delete(key);
    const scene = kept ?? this.#build(spec);
    // Recorded pictures are large and rarely shown twice.
    if (spec.kind === 'video') return scene;
    this.#scenes.set(key, scene);
    for (const oldest of this.#scenes.keys()) {
      if (this.#scenes.size <= keptScenes) break;
      this.#scenes.delete(oldest);
    }
    return scene;
  }

  async #build(spec: SceneSpec): Promise<Drawable> {
    if (spec.kind === 'video') return readVideoScene(spec.path, spec.startS, spec.lengthS, this.#plan.format);
    return new Scene(this.#atelier, await buildScene(this.#atelier, spec));
  }

  #drawFrame(picture: Picture, current: PreparedShot, previous: PreparedShot | undefined, inShot: number, inItem: number): void {
    const { shot, item } = current;
    this.#drawShot(picture, current, inShot);
    if (previous !== undefined && inShot < shot.dissolveFrames) {
      this.#drawShot(this.#under, previous, previous.shot.frames + inShot);
      mixPicture(picture, this.#under, 1 - (inShot + 1) / (shot.dissolveFrames + 1));
    }
    const offset = Math.floor(this.#random.next() * 262_139);
    if (this.#grain !== null && shot.scene.kind !== 'black') addGrain(picture, this.#grain, offset);
    if (item.letterbox > 0) letterbox(picture, item.letterbox);
    const left = itemFrames(item) - 1 - inItem;
    fadePicture(picture, Math.min(item.fadeInFrames > 0 ? inItem / item.fadeInFrames : 1, item.fadeOutFrames > 0 ? left / item.fadeOutFrames : 1));
  }

  #drawShot(picture: Picture, { shot, scene, graphics }: PreparedShot, frame: number): void {
    const inShotS = frameTimeS(this.#plan.format, frame);
    scene.draw(picture, shot.sceneStartS + inShotS, viewAt(shot.camera, inShotS, frameTimeS(this.#plan.format, shot.frames)));
    drawOverlay(picture, graphics, inShotS, this.#atelier.scale);
  }
}
