import type { CatalogueSpot } from '../../core/catalogue/catalogue.ts';
import { SpotMatcher } from '../../core/fingerprint/spot-matcher.ts';
import type { SpotMatch } from '../../core/fingerprint/spot-print.ts';
import type { Signals } from '../../schemas/events.generated.ts';
import type { Span } from './silence-meter.ts';
import type { TenantMemory } from './tenant-memory.ts';

/** A spot that was recognised in the stream. */
export interface Sighting extends Span {
  /** Print of the index, or identity of the repeat. */
  key: string;
  spot: CatalogueSpot;
  /** `repeat`: found because it aired before; `catalogue`: a print of the catalogue was matched. */
  by: 'catalogue' | 'repeat';
  /** Start as it is told: at the cue that was seen near {@link Span.startUs}. */
  shownStartUs: number;
  /** It is no longer on air. */
  over: boolean;
  /** It turned out to be something else. */
  withdrawn: boolean;
  /** It is an advertisement, whatever else is believed: a person said so, or discovery is certain of this very airing. */
  sure: boolean;
  /** How much of it agrees so far, microseconds. */
  agreesUs: number;
  /** 0 to 1. */
  confidence: number;
  /** Why, in words. */
  evidence: string;
}

/** Sightings are remembered this long, microseconds: as long as the break they are in may be open. */
const rememberedUs = 1_800_000_000;
/** Two matches of one spot whose starts are this close are one airing. */
const sameAiringUs = 1_000_000;
/** A spot of which the first so much is not there began later, microseconds. */
const latestJoinUs = 1_500_000;
/** What turned out to be something else is remembered, so many. */
const mostDisproved = 64;
/** What agreed for less when it broke off was no airing, microseconds: the shortest spots are 5 s long, less a faded end. */
const leastAiringUs = 4_000_000;

/** Recognises the spots of the tenant's catalogue in one stream. */
export class SpotWatch {
  readonly #memory: TenantMemory;
  readonly #matcher: SpotMatcher;
  readonly #isUsable: (spotId: string, startUs: number) => boolean;
  #sightings: Sighting[] = [];
  #disproved: (Span & { key: string })[] = [];

  /** @param isUsable false for spots that were not known yet when this was on air, when it is read again after a restart */
  constructor(memory: TenantMemory, isUsable: (spotId: string, startUs: number) => boolean) {
    this.#memory = memory;
    this.#matcher = new SpotMatcher(memory.index);
    this.#isUsable = isUsable;
  }

  /** Every sighting that is remembered, oldest first; of whatever status. */
  get sightings(): readonly Sighting[] {
    return this.#sightings;
  }

  /** Takes in a tick; returns the sightings that are new or have changed. */
  add(tick: Signals): Sighting[] {
    const changed = this.#take(this.#matcher.add(tick));
    this.#sightings = this.#sightings.filter((sighting) => sighting.endUs > tick.endUs - rememberedUs);
    return changed;
  }

  /** The epoch ended; what was on air is over. */
  flush(): Sighting[] {
    return this.#take(this.#matcher.flush());
  }

  /** Media time starts afresh. */
  newEpoch(): void {
    this.#matcher.newEpoch();
    this.#sightings = [];
    this.#disproved = [];
  }

  /** Adds what was recognised by other means: a repeat. */
  addSighting(sighting: Sighting): void {
    this.#sightings.push(sighting);
    this.#sightings.sort((one, other) => one.startUs - other.startUs);
  }

  /** Takes a sighting back: something else was on air in a span, however much of that is like the spot. */
  withdraw(sighting: Sighting, { startUs, endUs }: Span): Sighting {
    this.#disproved = [...this.#disproved, { key: sighting.key, startUs, endUs }].slice(-mostDisproved);
    this.#sightings = this.#sightings.filter((one) => one !== sighting);
    return Object.assign(sighting, { over: true, withdrawn: true });
  }

  #take(matches: readonly SpotMatch[]): Sighting[] {
    return matches.flatMap((match) => {
      const spot = this.#memory.spotOf(match.key);
      const known = this.#sightings.find((one) => one.key === match.key && isStartOf(one.startUs, match));
      if (known === undefined && this.#disproved.some((one) => one.key === match.key && match.startUs < one.endUs && match.toUs > one.startUs))
        return [];
      if (spot === undefined || (known === undefined && !this.#isUsable(spot.spotId, match.startUs))) return [];
      return [this.#sight(spot, match, known)];
    });
  }

  #sight(spot: CatalogueSpot, match: SpotMatch, known: Sighting | undefined): Sighting {
    // What joins late was not on air before: a cut-down, or the end of a spot that the channel faded into.
    const joined = match.fromUs - match.startUs > latestJoinUs;
    const agreesUs = match.toUs - match.fromUs;
    const told = {
      key: match.key,
      spot,
      startUs: Math.max(0, joined ? match.fromUs : match.startUs),
      endUs: match.over ? match.toUs : match.endUs,
      over: match.over,
      withdrawn: match.over && (match.confidence === 0 || agreesUs < leastAiringUs),
      sure: spot.status === 'confirmed' || (spot.status === 'candidate' && known?.sure === true),
      agreesUs,
      confidence: match.confidence,
      evidence: evidenceOf(spot, match),
    };
    if (known === undefined) this.addSighting({ ...told, shownStartUs: told.startUs, by: 'catalogue' });
    const sighting = known ?? this.#sightings.find((one) => one.key === told.key && one.startUs === told.startUs)!;
    Object.assign(sighting, told);
    if (sighting.withdrawn) this.#sightings = this.#sightings.filter((one) => one !== sighting);
    return sighting;
  }
}

/** A sighting begins where its spot would, or where the channel joined it. */
function isStartOf(startUs: number, { startUs: wholeUs, fromUs }: SpotMatch): boolean {
  return Math.min(Math.abs(startUs - wholeUs), Math.abs(startUs - fromUs)) < sameAiringUs;
}

function evidenceOf(spot: CatalogueSpot, match: SpotMatch): string {
  const share = match.bitErrorRate === undefined ? 1 - (match.hashBits ?? 0) / 64 : 1 - match.bitErrorRate;
  const what = match.bitErrorRate === undefined ? 'of the picture' : 'of the sound';
  const name = spot.status === 'rejected' ? `'${spot.title}', which is no advertisement,` : `spot '${spot.title}'`;
  const speed = Math.abs(match.speed - 1) < 0.003 ? '' : ` at ${(match.speed * 100).toFixed(1)} % speed`;
  return `${name} matched at ${Math.round(share * 100)} % ${what}${speed}`;
}
