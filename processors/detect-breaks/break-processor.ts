import type { Logger } from '../../core/log/logger.ts';
import type { Signals, Spot } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import type { Emit, StreamProcessor } from '../processor.ts';
import type { SpotNews } from './airing-book.ts';
import { BreakDetector, type BreakNews, type DetectorState } from './break-detector.ts';
import { airingIdOf, breakEvent, breakIdOf, producer, spotEvent, unknownSpotId } from './break-events.ts';
import type { CatalogueDesk } from './catalogue-desk.ts';
import { MediaTicks } from './media-ticks.ts';
import type { BreakParameters } from './parameters.ts';
import { spliceCueEvent } from './splice/splice-cue-event.ts';
import { SpliceDesk, type SpliceState } from './splice/splice-desk.ts';
import { type Discovery, DiscoveryDesk } from './discovery-desk.ts';
import { type Sighting, SpotWatch } from './spot-watch.ts';
import type { TenantMemory } from './tenant-memory.ts';

/** State is kept this often while nothing is open, media time in microseconds. */
const saveEveryUs = 60_000_000;
/** A break that was lost in a crash is read again from this much before: what looks back a little sees the same again, microseconds. */
const replayLeadUs = 30_000_000;
const stateName = 'detect-breaks';

/** What outlives the process, as JSON. */
interface ProcessorState {
  version: 1;
  detector: DetectorState;
  splice: SpliceState;
}

/** What a {@link BreakProcessor} works with. */
export interface BreakProcessorDeps {
  parameters: BreakParameters;
  memoryOf: (tenantId: string) => TenantMemory;
  desk: CatalogueDesk;
  log: Logger;
}

/** Everything of one stream, made with its first event, when tenant and stream are known. */
interface Watch {
  memory: TenantMemory;
  detector: BreakDetector;
  spots: SpotWatch;
  splices: SpliceDesk;
  discovery: DiscoveryDesk;
}

/** Runs the break detector of one stream: gives it what the catalogue knows, publishes what it finds, keeps what it learned. */
export class BreakProcessor implements StreamProcessor<Signals> {
  readonly leadUs = replayLeadUs;
  readonly #deps: BreakProcessorDeps;
  readonly #revisions = new Map<string, number>();
  #ticks = new MediaTicks();
  #watch: Watch | undefined;
  #latest: Signals | undefined;
  #savedUs = Number.NEGATIVE_INFINITY;
  /** What discovery found with the last tick, for the next. */
  #found: { sightings: Sighting[]; evidence: { ptsUs: number; gain: number }[] } = { sightings: [], evidence: [] };

  constructor(deps: BreakProcessorDeps) {
    this.#deps = deps;
  }

  async process(run: Signals, emit: Emit): Promise<void> {
    if (this.#latest !== undefined && this.#latest.epoch !== run.epoch) await this.flush(emit);
    const watch = (this.#watch ??= await this.#open(run));
    this.#latest = run;
    await watch.memory.refresh(Date.now(), run.eventTimeMs);
    await this.#deps.desk.drain();
    for (const tick of this.#ticks.add(run)) await this.#step(watch, tick, emit);
    if (run.endOfStream) await this.flush(emit);
  }

  async flush(emit: Emit): Promise<void> {
    const watch = this.#watch;
    const latest = this.#latest;
    if (watch === undefined || latest === undefined) return;
    for (const tick of this.#ticks.flush()) await this.#step(watch, tick, emit);
    watch.spots.flush();
    await this.#publish(watch, watch.detector.flush(), emit);
    await this.#discover(watch, await watch.discovery.flush(latest, watch.detector), emit);
    watch.splices.newEpoch();
    this.#publishSplices(watch, emit);
    await this.#save(watch);
    watch.spots.newEpoch();
    watch.discovery.newEpoch();
    this.#found = { sightings: [], evidence: [] };
    this.#ticks = new MediaTicks();
    this.#revisions.clear();
    this.#latest = undefined;
    this.#savedUs = Number.NEGATIVE_INFINITY;
  }

  atBoundary(): boolean {
    return this.#latest === undefined || this.#watch?.detector.quiet === true;
  }

  async #open({ tenantId, streamId }: Signals): Promise<Watch> {
    const { parameters, memoryOf, desk } = this.#deps;
    const memory = memoryOf(tenantId);
    const stored = await desk.readFirst(async (catalogue) => await catalogue.loadState(tenantId, streamId, stateName), undefined);
    const state = isState(stored) ? stored : undefined;
    const detector = new BreakDetector(parameters);
    if (state !== undefined) detector.restore(state.detector);
    const discovery = new DiscoveryDesk(memory, desk, { tenantId, streamId });
    await discovery.load();
    const spots = new SpotWatch(memory, (spotId, startUs) => discovery.wasKnown(spotId, this.#latest?.epoch ?? 0, startUs));
    return { memory, detector, spots, splices: new SpliceDesk(state?.splice), discovery };
  }

  async #step(watch: Watch, tick: Signals, emit: Emit): Promise<void> {
    const { detector, spots, splices } = watch;
    const sightings = [...this.#found.sightings, ...spots.add(tick)];
    const { evidence } = this.#found;
    this.#found = { sightings: [], evidence: [] };
    splices.add(tick);
    await this.#publish(watch, detector.add(tick, { sightings, splices: splices.takePoints(), evidence }), emit);
    await this.#discover(watch, await watch.discovery.add(tick, detector, spots), emit);
    this.#publishSplices(watch, emit);
    if (detector.quiet && tick.endUs - this.#savedUs >= saveEveryUs) await this.#save(watch);
  }

  async #publish(watch: Watch, news: readonly (BreakNews | SpotNews)[], emit: Emit): Promise<void> {
    const source = this.#latest;
    if (source === undefined) return;
    for (const item of news) {
      if (item.kind === 'spot') await this.#publishSpot(item, source, emit);
      else {
        const event = breakEvent(item, this.#revise(breakIdOf(item.breakKey, source)), source);
        emit(topics.breaks, event);
        watch.splices.breakSeen({ breakId: event.breakId, startUs: event.ptsUs, endUs: event.endUs, state: event.state });
        if (item.state === 'final') {
          watch.discovery.noteBreak(item);
          this.#savedUs = Number.NEGATIVE_INFINITY;
        }
      }
    }
  }

  async #publishSpot(news: SpotNews, source: Signals, emit: Emit): Promise<void> {
    const airingId = airingIdOf(news, source);
    const spotId = news.identity.spotId ?? unknownSpotId(airingId);
    const startMs = source.eventTimeMs + (news.startUs - source.ptsUs) / 1000;
    const nameless = news.identity.spotId === undefined;
    const airing = nameless ? 1 : await this.#deps.desk.airingNumber(source.tenantId, spotId, airingId, startMs);
    const event = spotEvent(news, this.#revise(airingId), airing, source);
    emit(topics.spots, event);
    if (event.state !== 'provisional') await this.#record(event);
  }

  /** Publishes what discovery found out about the past, and keeps the rest for the next tick. */
  async #discover(watch: Watch, { sightings, evidence, revised, found }: Discovery, emit: Emit): Promise<void> {
    this.#found.sightings.push(...sightings);
    this.#found.evidence.push(...evidence);
    for (const event of revised) {
      this.#revisions.set(event.airingId, event.revision);
      emit(topics.spots, event);
      await this.#record(event);
    }
    await this.#publish(watch, found, emit);
  }

  async #record(event: Spot): Promise<void> {
    await this.#deps.desk.write(async (catalogue) => {
      await catalogue.recordAiring(event);
    });
  }

  #publishSplices({ splices }: Watch, emit: Emit): void {
    const source = this.#latest;
    if (source === undefined) return;
    for (const news of splices.takeNews()) emit(topics.spliceCues, spliceCueEvent(news, source, producer, Date.now()));
  }

  async #save({ detector, splices }: Watch): Promise<void> {
    const source = this.#latest;
    if (source === undefined) return;
    this.#savedUs = source.endUs;
    const state: ProcessorState = { version: 1, detector: detector.save(source.epoch), splice: splices.saveState() };
    await this.#deps.desk.write(async (catalogue) => {
      await catalogue.saveState(source.tenantId, source.streamId, stateName, state);
    });
  }

  #revise(id: string): number {
    const revision = (this.#revisions.get(id) ?? 0) + 1;
    this.#revisions.set(id, revision);
    // Old ids never come back; insertion order is age.
    if (this.#revisions.size > 512) this.#revisions.delete(this.#revisions.keys().next().value ?? '');
    return revision;
  }
}

function isState(stored: unknown): stored is ProcessorState {
  return typeof stored === 'object' && stored !== null && 'version' in stored && stored.version === 1;
}
