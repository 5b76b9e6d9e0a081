import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';

import type { Clock } from '../core/time/clock.ts';
import { topics } from '../schemas/topics.ts';
import type {
  BreakResponse,
  BreaksResponse,
  SpotsResponse,
  StatsResponse,
  StreamSnapshot,
  StreamsResponse,
  TimelineResponse,
} from '../schemas/ws/api.ts';
import type { Hub } from './hub.ts';
import type { LiveMemory } from './live-memory.ts';
import type { PastEvents } from './past-events.ts';
import type { TopicMeter } from './topic-meter.ts';

/** What the API reads from. */
export interface HttpApiDeps {
  hub: Hub;
  memory: LiveMemory;
  meter: TopicMeter;
  clock: Clock;
  /** Answers for spans that memory does not reach; undefined: memory alone. */
  past: PastEvents | undefined;
  windowMs: number;
  startedAtMs: number;
}

const streamParams = z.strictObject({ id: z.string().min(1).max(256) });
const frameQuery = z.object({ frame: z.string().min(1).max(64).optional() });
const timeMs = z.coerce.number().int().min(0).max(8.64e15);
const timelineQuery = z.object({ from: timeMs.optional(), to: timeMs.optional() });
const listQuery = z.object({
  stream: z.string().min(1).max(256).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

/** Longest span of one timeline request. */
const longestSpanMs = 24 * 3_600_000;

/** Adds the API under `/api/v1` to an application. Times are epoch milliseconds. */
export function registerHttpApi(app: FastifyInstance, deps: HttpApiDeps): void {
  app.get('/api/v1/streams', (): StreamsResponse => ({
    serverTimeMs: deps.clock.nowMs(),
    position: deps.hub.position,
    streams: deps.memory.all().map((memory) => memory.snapshot()),
    serves: {
      catalogue: app.hasRoute({ method: 'GET', url: '/api/v1/catalogue/spots' }),
      asRun: app.hasRoute({ method: 'GET', url: '/api/v1/as-run' }),
    },
  }));
  app.get('/api/v1/streams/:id', (request, reply): StreamSnapshot | FastifyReply => {
    const { id } = streamParams.parse(request.params);
    return deps.memory.find(id)?.snapshot() ?? notFound(reply, `No stream "${id}" has been heard of.`);
  });
  app.get('/api/v1/streams/:id/frame.jpg', (request, reply) => {
    const { id } = streamParams.parse(request.params);
    const { frame } = frameQuery.parse(request.query);
    return sendPicture(deps.memory, id, frame, request.headers['if-none-match'], reply);
  });
  app.get('/api/v1/streams/:id/timeline', async (request, reply): Promise<TimelineResponse | FastifyReply> => {
    const { id } = streamParams.parse(request.params);
    const query = timelineQuery.parse(request.query);
    // Without a span: the window up to the newest event, which lies far back when the stream is an old recording.
    const newestMs = deps.memory.find(id)?.newestEventTimeMs ?? 0;
    const toMs = query.to ?? (newestMs > 0 ? newestMs : deps.clock.nowMs()) + 60_000;
    const fromMs = query.from ?? toMs - deps.windowMs - 60_000;
    if (toMs <= fromMs || toMs - fromMs > longestSpanMs) return badRequest(reply, 'to must lie after from, by 24 hours at most.');
    return await timeline(deps, id, fromMs, toMs);
  });
  app.get('/api/v1/breaks', (request): BreaksResponse => {
    const { stream, limit } = listQuery.parse(request.query);
    return { breaks: deps.memory.breaks(stream, limit) };
  });
  app.get('/api/v1/breaks/:id', (request, reply): BreakResponse | FastifyReply => {
    const { id } = streamParams.parse(request.params);
    for (const memory of deps.memory.all()) {
      const revisions = memory.revisionsOf(id);
      if (revisions !== undefined) return { revisions: [...revisions] };
    }
    return notFound(reply, `No break "${id}" is remembered.`);
  });
  app.get('/api/v1/spots', (request): SpotsResponse => {
    const { stream, limit } = listQuery.parse(request.query);
    return { spots: deps.memory.spots(stream, limit) };
  });
  app.get('/api/v1/stats', (): StatsResponse => statsOf(deps));
}

function sendPicture(
  memory: LiveMemory,
  streamId: string,
  eventId: string | undefined,
  ifNoneMatch: string | undefined,
  reply: FastifyReply,
): FastifyReply {
  const stream = memory.find(streamId);
  const picture = stream?.picture(eventId) ?? stream?.picture();
  if (picture === undefined) return notFound(reply, `No picture of stream "${streamId}" yet.`);
  const etag = `"${picture.eventId.replaceAll(/[^\x21\x23-\x7e]/g, '')}"`;
  // A picture asked for by its own id never changes; anything else must be asked for again.
  const exact = picture.eventId === eventId;
  reply.header('etag', etag).header('cache-control', exact ? 'private, max-age=300, immutable' : 'private, no-cache');
  if (ifNoneMatch === etag) return reply.code(304).send();
  return reply.header('content-type', 'image/jpeg').header('x-frame-id', etag.slice(1, -1)).send(picture.jpeg);
}

async function timeline(deps: HttpApiDeps, streamId: string, fromMs: number, toMs: number): Promise<TimelineResponse> {
  const remembered = deps.memory.find(streamId)?.between(fromMs, toMs) ?? { breaks: [], spots: [], shots: [], spliceCues: [] };
  const past = fromMs < deps.startedAtMs ? await deps.past?.between(streamId, fromMs, toMs) : undefined;
  const statuses = [...(deps.memory.find(streamId)?.statuses ?? [])];
  if (past === undefined) return { streamId, fromMs, toMs, ...remembered, statuses };
  return {
    streamId,
    fromMs,
    toMs,
    breaks: merge(past.breaks, remembered.breaks, (item) => item.breakId),
    spots: merge(past.spots, remembered.spots, (item) => item.airingId),
    shots: merge(past.shots, remembered.shots, (item) => item.shotId),
    spliceCues: remembered.spliceCues,
    statuses,
  };
}

/** What is remembered wins over what was stored; oldest first. */
function merge<Event extends { eventTimeMs: number }>(stored: Event[], remembered: Event[], idOf: (event: Event) => string): Event[] {
  const byId = new Map(stored.map((event) => [idOf(event), event]));
  for (const event of remembered) byId.set(idOf(event), event);
  return [...byId.values()].sort((a, b) => a.eventTimeMs - b.eventTimeMs);
}

function statsOf(deps: HttpApiDeps): StatsResponse {
  const perTopic = deps.meter.stats(deps.clock.monotonicMs());
  const drops: Record<string, number> = {};
  for (const memory of deps.memory.all()) {
    for (const [reason, dropped] of Object.entries(memory.drops)) drops[reason] = (drops[reason] ?? 0) + dropped;
  }
  const sum = (valueOf: (topic: (typeof perTopic)[number]) => number): number =>
    Math.round(perTopic.reduce((total, topic) => total + valueOf(topic), 0) * 100) / 100;
  return {
    serverTimeMs: deps.clock.nowMs(),
    uptimeMs: deps.clock.nowMs() - deps.startedAtMs,
    connections: deps.hub.connections,
    eventsPerSecond: sum((topic) => topic.eventsPerSecond),
    framesPerSecond: perTopic.find((topic) => topic.topic === topics.frames.name)?.eventsPerSecond ?? 0,
    lagRecords: sum((topic) => topic.lagRecords),
    topics: perTopic,
    drops,
  };
}

function notFound(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(404).send({ error: { code: 'NOT_FOUND', message } });
}

function badRequest(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(400).send({ error: { code: 'BAD_REQUEST', message } });
}
