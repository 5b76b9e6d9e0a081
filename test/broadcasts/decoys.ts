import { separator } from '../../ingest/demo/demo-plan.ts';
import { itemFrames, type PlanItem, type ShotSpec, type SoundSpec } from '../../ingest/demo/plan.ts';
import { createVoice } from '../../ingest/demo/sound/voice.ts';
import type { MusicStyle } from '../../ingest/demo/sound/music.ts';
import type { Planning, ProgrammeParts } from './broadcast-plan.ts';

/** What a decoy is: it resembles an ad or a boundary and is programme. */
export type DecoyKind = 'fade-to-black' | 'silence' | 'titles' | 'jingle' | 'ident' | 'promo' | 'replay' | 'montage' | 'black-glitch';

/** All decoys. */
const decoyKinds: readonly DecoyKind[] = ['fade-to-black', 'silence', 'titles', 'jingle', 'ident', 'promo', 'replay', 'montage', 'black-glitch'];

const seconds = (planning: Planning, low: number, high: number): number => Math.round(planning.random.range(low, high) * planning.rateFps);

function musicSound({ random }: Planning, style: MusicStyle, speaks: boolean): SoundSpec {
  const speech = speaks ? [{ voice: createVoice(random), gain: 1 }] : [];
  return {
    seed: random.int(1, 1e9),
    speech,
    music: { style, gain: speaks ? 0.5 : 0.9 },
    ambience: 0.002,
    ambienceTone: 0.8,
    ambienceSwell: 0,
    fadeInS: 0.05,
    fadeOutS: 0.3,
  };
}

function titleItem(planning: Planning, kind: 'titles' | 'ident' | 'decoy', id: string, frames: number, style: MusicStyle, logo: boolean): PlanItem {
  const { random, look, ticker } = planning;
  const title =
    kind === 'ident' ? look.name.toUpperCase() : random.pick(['THE LONG EVENING', 'CITY STORIES', 'NEWS AT NINE', 'HOMEGROWN', 'NORTH BY NIGHT']);
  const scene = {
    kind: 'title' as const,
    seed: random.int(1, 1e9),
    hue: look.hue,
    look,
    title,
    line: random.pick(['TONIGHT', 'PART TWO', 'WITH YOU', 'SEASON 3']),
  };
  const shot: ShotSpec = { frames, scene, camera: { kind: 'still', amount: 0 }, graphics: [], dissolveFrames: 0, sceneStartS: 0 };
  return { kind, id, shots: [shot], sound: musicSound(planning, style, false), logo, ticker, letterbox: 0, fadeInFrames: 0, fadeOutFrames: 0 };
}

/** The channel says its name for 3 to 5 s, without a logo in the corner. */
export function identItem(planning: Planning): PlanItem {
  return titleItem(planning, 'ident', 'ident', seconds(planning, 3, 5), 'calm', false);
}

/** Shots of a programme in a row of short ones. */
function montage(planning: Planning, programme: ProgrammeParts, frames: number, shotS: readonly [number, number]): ShotSpec[] {
  const source = programme.part(Math.round(60 * planning.rateFps)).shots;
  const shots: ShotSpec[] = [];
  for (let left = frames, index = 0; left > 0; index++) {
    const wanted = seconds(planning, ...shotS);
    const length = left - wanted < shotS[0] * planning.rateFps ? left : wanted;
    const shot = source[index % source.length] as ShotSpec;
    shots.push({ ...shot, frames: length, graphics: [], dissolveFrames: 0, camera: { kind: 'still', amount: 0 }, sceneStartS: index * 1.7 });
    left -= length;
  }
  return shots;
}

function promo(planning: Planning, programme: ProgrammeParts): PlanItem[] {
  const pictures = montage(planning, programme, seconds(planning, 6, 14), [1.2, 2.4]);
  const card = titleItem(planning, 'decoy', 'promo', seconds(planning, 2, 3), 'pop', false);
  return [{ ...card, kind: 'promo', shots: [...pictures, ...card.shots], sound: musicSound(planning, 'pop', true) }];
}

/** The last shots of the programme again, slower to no purpose but equal in content. */
function replay(planning: Planning, programme: ProgrammeParts): PlanItem[] {
  const part = programme.part(seconds(planning, 6, 9), { ticker: planning.ticker });
  const wipe = titleItem(planning, 'decoy', 'replay-wipe', Math.round(0.5 * planning.rateFps), 'jingle', true);
  return [part, wipe, { ...part, kind: 'decoy', id: 'replay' }, { ...wipe }];
}

function decoy(planning: Planning, programme: ProgrammeParts, kind: DecoyKind): PlanItem[] {
  const { random, ticker } = planning;
  const part = (low: number, high: number, options = {}): PlanItem => programme.part(seconds(planning, low, high), { ticker, ...options });
  switch (kind) {
    case 'fade-to-black': {
      const fade = seconds(planning, 0.4, 0.9);
      const black = { ...separator(seconds(planning, 0.15, 0.6), ticker), kind: 'decoy' as const, id: 'fade-to-black', logo: true };
      return [part(5, 9, { fadeOutFrames: fade, soundFadeS: 0.4 }), black, part(5, 9, { fadeInFrames: fade, soundFadeS: 0.4 })];
    }
    case 'silence':
      return [{ ...part(2, 5), sound: null }];
    case 'titles':
      return [titleItem(planning, 'titles', 'titles', seconds(planning, 6, 12), 'news', random.chance(0.4))];
    case 'jingle':
      return [titleItem(planning, 'decoy', 'jingle', seconds(planning, 1.6, 3), 'jingle', true)];
    case 'ident':
      return [identItem(planning)];
    case 'promo':
      return promo(planning, programme);
    case 'replay':
      return replay(planning, programme);
    case 'montage':
      return [
        {
          ...part(1, 2),
          kind: 'decoy',
          id: 'montage',
          shots: montage(planning, programme, seconds(planning, 5, 9), [0.4, 0.9]),
          sound: musicSound(planning, 'drive', false),
        },
      ];
    case 'black-glitch':
      return [{ ...separator(random.int(2, 4), ticker), kind: 'decoy', id: 'black-glitch', logo: true }];
  }
}

/** Decoys in random order with programme between them, at most `frames` long; none when that is too short. */
export function decoyItems(planning: Planning, programme: ProgrammeParts, frames: number): PlanItem[] {
  const items: PlanItem[] = [];
  let left = frames;
  for (const kind of planning.random.shuffle(decoyKinds)) {
    const before = programme.part(seconds(planning, 6, 14), { ticker: planning.ticker });
    const group = [before, ...decoy(planning, programme, kind)];
    const length = group.reduce((sum, item) => sum + itemFrames(item), 0);
    if (length > left) continue;
    items.push(...group);
    left -= length;
  }
  return items;
}
