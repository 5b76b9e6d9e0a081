import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';

import type { Batch, EventBus, Subscription } from '../../core/bus/bus.ts';
import { messageOf } from '../../core/errors/app-error.ts';
import { decodeBatch, type EventCodec } from '../../core/events/event-bus.ts';
import { type EvidenceStore, isEvidenceSpotId } from '../../core/evidence/evidence-store.ts';
import type { Logger } from '../../core/log/logger.ts';
import type { Metrics } from '../../core/metrics/metrics.ts';
import type { Service } from '../../core/service/service.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { Spot } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import type { FfmpegTools } from '../ffmpeg/ffmpeg-process.ts';
import { cutClip } from './cut-clip.ts';
import type { FootageLibrary } from './footage-library.ts';

/** What the recorder is given. */
export interface EvidenceRecorderDeps {
  bus: EventBus;
  codec: EventCodec;
  store: EvidenceStore;
  footage: FootageLibrary;
  metrics: Metrics;
  log: Logger;
  clock: Clock;
  /** Looks ffmpeg up. @throws UnavailableError `E_TOOL_MISSING` */
  tools: () => FfmpegTools;
}

/** Airings that may wait to be cut; a new spot that finds no room is cut when it airs again. */
const queueLimit = 100;
/** How often and how long the end of an airing is waited for on the disk: a segment is listed when it is finished. */
const waitMs = 2000;
const mostWaits = 15;
/** Time between two sweeps of the store. */
const sweepEveryMs = 10 * 60_000;
const firstRetryMs = 500;
const longestRetryMs = 15_000;

/**
 * Makes the evidence of spots: when an airing of a spot that is in the catalogue (candidate or confirmed) has become final and there is
 * nothing to show of the spot yet, pictures and a clip of the airing are cut from the footage of this process. One airing at a time, in a
 * child of low priority; an airing that cannot be cut is logged and counted, and the next one of the spot is tried.
 */
export function createEvidenceRecorder(deps: EvidenceRecorderDeps): Service {
  const log = deps.log.child({ component: 'evidence' });
  const stopping = new AbortController();
  const queue = new Map<string, Spot>();
  let subscription: Subscription | undefined;
  let connecting: Promise<void> | undefined;
  let working: Promise<void> | undefined;
  let sweeping: Promise<void> | undefined;

  const take = async (batch: Batch): Promise<void> => {
    for (const record of await decodeBatch(deps.codec, topics.spots, batch)) {
      // A record that cannot be read is dead-lettered by the sinks.
      if (!record.ok || !isWorthEvidence(record.event) || !deps.footage.knows(record.event.streamId)) continue;
      const { spotId } = record.event;
      if (queue.has(spotId) || queue.size >= queueLimit || (await deps.store.find(spotId)) !== undefined) continue;
      queue.set(spotId, record.event);
    }
    working ??= work().finally(() => (working = undefined));
  };

  const work = async (): Promise<void> => {
    for (let next = queue.values().next(); next.done !== true && !stopping.signal.aborted; next = queue.values().next()) {
      const airing = next.value;
      const outcome = await record(airing).catch((error: unknown) => {
        if (!stopping.signal.aborted)
          log.warn({ streamId: airing.streamId, airingId: airing.airingId, reason: messageOf(error) }, 'No clip of an airing could be cut.');
        return 'failed';
      });
      deps.metrics.count('evidence_airings_total', { outcome });
      queue.delete(airing.spotId);
    }
  };

  const record = async (airing: Spot): Promise<'cut' | 'missing'> => {
    const found = await footageOf(airing);
    if (found === undefined) {
      log.info(
        { streamId: airing.streamId, airingId: airing.airingId },
        'An airing is no longer in the recording; the next one of its spot is tried.',
      );
      return 'missing';
    }
    const folder = await deps.store.workFolder();
    try {
      const cut = await cutClip(deps.tools(), found, folder, stopping.signal);
      const { spotId, airingId, streamId, eventTimeMs, ptsUs, endUs } = airing;
      const durationMs = Math.round(((endUs ?? ptsUs) - ptsUs) / 1000);
      await deps.store.put({ spotId, airingId, streamId, eventTimeMs, durationMs, createdMs: deps.clock.nowMs(), ...cut }, folder);
      return 'cut';
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  const footageOf = async ({ streamId, epoch, ptsUs, endUs, eventTimeMs }: Spot): ReturnType<FootageLibrary['find']> => {
    if (endUs === null) return undefined;
    const longOver = deps.clock.nowMs() - eventTimeMs - (endUs - ptsUs) / 1000 > mostWaits * waitMs;
    for (let waits = 0; ; waits += 1) {
      const found = await deps.footage.find(streamId, epoch, ptsUs, endUs);
      if (found?.complete === true || longOver || waits >= mostWaits || stopping.signal.aborted) return found;
      await deps.clock.sleep(waitMs, stopping.signal).catch(() => undefined);
    }
  };

  /** Every process looks at every airing, because only it knows what its streams showed: a group of its own, nothing committed. */
  const connect = async (): Promise<void> => {
    const options = { groupId: `evidence-${randomUUID()}`, topics: [topics.spots.name], from: 'latest' as const };
    for (let attempt = 0; !stopping.signal.aborted; attempt += 1) {
      try {
        subscription = await deps.bus.subscribe(options, take);
        return;
      } catch (err) {
        log.warn({ err }, 'Evidence could not subscribe to the event bus; trying again.');
        await deps.clock.sleep(Math.min(longestRetryMs, firstRetryMs * 2 ** attempt), stopping.signal).catch(() => undefined);
      }
    }
  };

  const sweep = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const removed = await deps.store.sweep().catch((err: unknown) => log.warn({ err }, 'Evidence could not be swept.'));
      if (typeof removed === 'number' && removed > 0) log.info({ removed }, 'Old evidence was removed.');
      await deps.clock.sleep(sweepEveryMs, stopping.signal).catch(() => undefined);
    }
  };

  return {
    name: 'evidence',
    start: async () => {
      connecting = connect();
      sweeping = sweep();
      await Promise.resolve();
    },
    stop: async () => {
      stopping.abort();
      await connecting;
      await subscription?.close();
      await Promise.all([working, sweeping]);
    },
    // Evidence is a comfort: its absence is no reason to call the process not ready.
    readiness: () => ({ ready: true, reason: '' }),
  };
}

/** True for the final revision of an airing of a spot that is in the catalogue. */
function isWorthEvidence(airing: Spot): boolean {
  return airing.state === 'final' && airing.endUs !== null && airing.identifiedBy !== 'nothing' && isEvidenceSpotId(airing.spotId);
}
