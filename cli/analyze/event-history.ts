import type { Break, SpliceCue, Spot } from '../../schemas/events.generated.ts';

/** Revisions of one thing, each once, whatever the order and however often they come. */
export class Revisions<Event extends { revision: number }> {
  readonly #events = new Map<number, Event>();

  add(event: Event): void {
    this.#events.set(event.revision, event);
  }

  /** All of them, oldest first; never empty once something was added. */
  get all(): Event[] {
    return [...this.#events.values()].sort((one, other) => one.revision - other.revision);
  }
}

/** What is left of the life of a thing: its latest revision, and the media times (microseconds) that had been read at its turning points. */
export interface Life<Event> {
  latest: Event;
  /** When the first revision was published. */
  announcedUs: number;
}

/** A break: its latest revision, when it was announced and when it was final. */
export function breakLife(revisions: readonly Break[]): (Life<Break> & { finalUs: number }) | undefined {
  const latest = revisions.at(-1);
  if (latest === undefined) return undefined;
  const settled = revisions.find(({ state }) => state === 'final') ?? latest;
  return { latest, announcedUs: revisions[0]?.knownUpToUs ?? latest.knownUpToUs, finalUs: settled.knownUpToUs };
}

/**
 * An airing: its latest revision and when it was named. A spot that was recognised was named by the first revision with its final id that rests on
 * something; one that is seen for the first time by its first revision, also when its later airings gave it another name after the fact.
 */
export function airingLife(revisions: readonly Spot[]): (Life<Spot> & { identifiedUs: number }) | undefined {
  const latest = revisions.at(-1);
  const first = revisions[0];
  if (latest === undefined || first === undefined) return undefined;
  const recognised = latest.identifiedBy === 'catalogue' || latest.airing > 1;
  const naming = revisions.find(({ spotId, identifiedBy }) => spotId === latest.spotId && identifiedBy !== 'nothing');
  const named = recognised && naming !== undefined ? naming : first;
  return { latest, announcedUs: first.knownUpToUs, identifiedUs: named.knownUpToUs };
}

/** A splice cue: its latest revision and when it came. */
export function cueLife(revisions: readonly SpliceCue[]): Life<SpliceCue> | undefined {
  const latest = revisions.at(-1);
  return latest === undefined ? undefined : { latest, announcedUs: revisions[0]?.knownUpToUs ?? latest.knownUpToUs };
}
