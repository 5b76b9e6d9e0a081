import { Random } from './engine/random.ts';
import type { CameraMove, GraphicSpec, PlanItem, SceneKind, SceneSpec, ShotSpec, SoundSpec } from './plan.ts';
import { createVoice } from './sound/voice.ts';

/** Kinds of programmes. */
export type Genre = 'news' | 'talk' | 'cooking' | 'sport' | 'drama' | 'travel';

/** All genres. */
export const genres: readonly Genre[] = ['news', 'talk', 'cooking', 'sport', 'drama', 'travel'];

interface GenreRecipe {
  /** Camera setups in the order in which they are returned to. */
  scenes: readonly SceneKind[];
  shotS: readonly [number, number];
  voices: number;
  music: number;
  ambience: number;
  ambienceTone: number;
  ambienceSwell: number;
}

const recipes: Readonly<Record<Genre, GenreRecipe>> = {
  news: {
    scenes: ['studio', 'street', 'close-up', 'studio', 'sea', 'weather'],
    shotS: [3.4, 7],
    voices: 2,
    music: 0,
    ambience: 0.002,
    ambienceTone: 0.85,
    ambienceSwell: 0,
  },
  talk: {
    scenes: ['room', 'close-up', 'room', 'close-up', 'street'],
    shotS: [3, 7],
    voices: 2,
    music: 0,
    ambience: 0.003,
    ambienceTone: 0.9,
    ambienceSwell: 0,
  },
  cooking: {
    scenes: ['kitchen', 'close-up', 'kitchen', 'landscape', 'room'],
    shotS: [3, 6.5],
    voices: 2,
    music: 0.16,
    ambience: 0.003,
    ambienceTone: 0.8,
    ambienceSwell: 0,
  },
  sport: {
    scenes: ['pitch', 'player', 'pitch', 'commentary', 'pitch', 'player'],
    shotS: [3, 8],
    voices: 2,
    music: 0,
    ambience: 0.03,
    ambienceTone: 0.7,
    ambienceSwell: 0.5,
  },
  drama: {
    scenes: ['close-up', 'room', 'close-up', 'street', 'room', 'landscape'],
    shotS: [2.4, 7.5],
    voices: 2,
    music: 0.2,
    ambience: 0.003,
    ambienceTone: 0.95,
    ambienceSwell: 0.3,
  },
  travel: {
    scenes: ['landscape', 'sea', 'street', 'close-up', 'landscape'],
    shotS: [3.4, 7],
    voices: 1,
    music: 0.28,
    ambience: 0.006,
    ambienceTone: 0.9,
    ambienceSwell: 0.4,
  },
};

const firstNames = [
  'Alex',
  'Robin',
  'Sam',
  'Kim',
  'Noa',
  'Charlie',
  'Jules',
  'Sasha',
  'Andrea',
  'Dominique',
  'Robbie',
  'Toni',
  'Kai',
  'Mika',
  'Luca',
  'Chris',
  'Ariel',
  'Remy',
  'Yuki',
  'Jo',
];
const lastNames = [
  'Adler',
  'Brandt',
  'Castell',
  'Dorn',
  'Evans',
  'Falk',
  'Galli',
  'Hansen',
  'Ito',
  'Jansen',
  'Keller',
  'Lindt',
  'Moreau',
  'Nowak',
  'Okoro',
  'Prieto',
  'Rossi',
  'Silva',
  'Thorne',
  'Vance',
];
const roles: Readonly<Record<Genre, readonly string[]>> = {
  news: ['Evening news', 'Reporting from the harbour', 'City correspondent', 'Economist'],
  talk: ['Author', 'Host', 'Architect', 'Marine biologist'],
  cooking: ['Chef', 'Market gardener', 'Food writer'],
  sport: ['Match commentator', 'Former captain', 'Head coach'],
  drama: [],
  travel: ['Mountain guide', 'Traveller', 'Fisherman'],
};
const teamCodes = ['NOR', 'SUD', 'LUM', 'VAL', 'KES', 'MAR', 'OST', 'TIR'];

/** A programme that can be continued after a break: the same setups, people and voices. */
export class Programme {
  readonly id: string;
  readonly genre: Genre;
  readonly #random: Random;
  readonly #rateFps: number;
  readonly #setups: SceneSpec[];
  readonly #speech: SoundSpec['speech'];
  readonly #teams: readonly [string, string];
  #shots = 0;
  #clockS: number;

  /** @param variety different seeds for the scenes of one kind: 1 keeps the number of drawings small */
  constructor(random: Random, options: { id: string; genre: Genre; rateFps: number; hue: number; variety?: number }) {
    this.id = options.id;
    this.genre = options.genre;
    this.#random = random;
    this.#rateFps = options.rateFps;
    const recipe = recipes[options.genre];
    const seeds = Array.from({ length: options.variety ?? 1 }, () => random.int(1, 1e9));
    this.#setups = Array.from({ length: recipe.scenes.length * seeds.length }, (_, index) => ({
      kind: recipe.scenes[index % recipe.scenes.length] as SceneKind,
      // Setups of one kind differ, or a cut between them would show the same picture.
      seed:
        (seeds[Math.floor(index / recipe.scenes.length)] as number) +
        (options.genre === 'sport' && index % 2 === 0 ? 0 : index % recipe.scenes.length),
      hue: options.hue,
    }));
    this.#speech = Array.from({ length: recipe.voices }, () => ({ voice: createVoice(random), gain: 1 }));
    const [home = 'NOR', away = 'SUD'] = random.shuffle(teamCodes);
    this.#teams = [home, away];
    this.#clockS = random.int(4, 38) * 60 + random.int(0, 59);
  }

  /** The next stretch of the programme, exactly `frames` long. */
  part(
    frames: number,
    options: { logo?: boolean; ticker?: boolean; fadeInFrames?: number; fadeOutFrames?: number; soundFadeS?: number } = {},
  ): PlanItem {
    const recipe = recipes[this.genre];
    const shots: ShotSpec[] = [];
    for (let left = frames; left > 0;) {
      const wanted = Math.round(this.#random.range(...recipe.shotS) * this.#rateFps);
      const length = left - wanted < 2.5 * this.#rateFps ? left : wanted;
      shots.push(this.#shot(length, shots.length > 0));
      left -= length;
    }
    const sound: SoundSpec = {
      seed: this.#random.int(1, 1e9),
      speech: this.#speech,
      music: recipe.music > 0 ? { style: this.genre === 'drama' ? 'calm' : 'bed', gain: recipe.music } : null,
      ambience: recipe.ambience,
      ambienceTone: recipe.ambienceTone,
      ambienceSwell: recipe.ambienceSwell,
      fadeInS: options.soundFadeS ?? 0.02,
      fadeOutS: options.soundFadeS ?? 0.02,
    };
    const { fadeInFrames = 0, fadeOutFrames = 0, logo = true, ticker = false } = options;
    return { kind: 'programme', id: this.id, shots, sound, logo, ticker, letterbox: 0, fadeInFrames, fadeOutFrames };
  }

  #shot(frames: number, mayDissolve: boolean): ShotSpec {
    const random = this.#random;
    const turn = this.#shots++;
    const scene = this.#setups[turn % this.#setups.length] as SceneSpec;
    const lengthS = frames / this.#rateFps;
    const graphics: GraphicSpec[] = [];
    if (this.genre === 'sport') {
      graphics.push({ kind: 'score', teams: this.#teams, score: [1, 0], startS: this.#clockS });
      this.#clockS += lengthS;
    }
    const role = roles[this.genre];
    const talks =
      scene.kind === 'studio' || scene.kind === 'close-up' || scene.kind === 'kitchen' || scene.kind === 'room' || scene.kind === 'commentary';
    if (talks && role.length > 0 && lengthS > 3.2 && random.chance(0.65)) {
      // The same face keeps its name.
      const own = new Random('seed' in scene ? scene.seed : 0);
      const name = `${own.pick(firstNames)} ${own.pick(lastNames)}`;
      graphics.push({ kind: 'lower-third', name, role: own.pick(role), inS: 0.6, outS: Math.min(lengthS - 0.4, 4.6) });
    }
    const dissolveFrames = mayDissolve && this.genre !== 'sport' && random.chance(0.14) ? Math.round(this.#rateFps * 0.6) : 0;
    return { frames, scene, camera: this.#camera(scene.kind), graphics, dissolveFrames, sceneStartS: Math.round(random.range(0, 6) * 10) / 10 };
  }

  #camera(kind: SceneSpec['kind']): CameraMove {
    const random = this.#random;
    if (kind === 'studio' || kind === 'weather' || kind === 'commentary' || random.chance(0.45)) return { kind: 'still', amount: 0 };
    if (kind === 'pitch' || kind === 'street' || kind === 'landscape' || random.chance(0.6))
      return { kind: 'pan', amount: random.pick([-12.5, 12.5, 25, -25]) };
    return { kind: 'zoom', amount: random.pick([-1, 1]) * random.range(0.008, 0.02) };
  }
}
