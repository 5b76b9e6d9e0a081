import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';

import { type Evidence, type EvidenceFile, type EvidenceStore } from '../core/evidence/evidence-store.ts';
import type { EvidenceResponse, SpotEvidence } from '../schemas/ws/api.ts';
import { rangeOf } from './byte-range.ts';

const spotParams = z.strictObject({ spotId: z.string().min(1).max(128) });
const fileParams = z.strictObject({ spotId: z.string().min(1).max(128), name: z.string().min(1).max(20) });
/** Most spots of one request. */
const mostSpots = 100;
const listQuery = z.object({
  spots: z
    .string()
    .max(mostSpots * 129)
    .transform((text) => text.split(',').filter((id) => id !== ''))
    .refine((ids) => ids.length <= mostSpots, { error: `names more than ${mostSpots} spots` }),
});

/**
 * Adds the pictures and clips of spots: `GET /api/v1/evidence?spots=ID,ID`, `GET /api/v1/evidence/ID` and the files below it, with ranges.
 * What a file is called and how it is served comes from the store's own list, never from the request.
 */
export function registerEvidenceApi(app: FastifyInstance, store: EvidenceStore): void {
  app.get('/api/v1/evidence', async (request): Promise<EvidenceResponse> => {
    const { spots } = listQuery.parse(request.query);
    const found = await Promise.all(spots.map(async (spotId) => await store.find(spotId)));
    return { evidence: found.filter((item) => item !== undefined).map(describe) };
  });
  app.get('/api/v1/evidence/:spotId', async (request, reply): Promise<SpotEvidence | FastifyReply> => {
    const { spotId } = spotParams.parse(request.params);
    const evidence = await store.find(spotId);
    return evidence === undefined ? nothing(reply) : describe(evidence);
  });
  app.get('/api/v1/evidence/:spotId/:name', async (request, reply) => {
    const { spotId, name } = fileParams.parse(request.params);
    const evidence = await store.find(spotId);
    const file = evidence === undefined ? undefined : [evidence.clip, ...evidence.pictures].find((candidate) => candidate.name === name);
    if (evidence === undefined || file === undefined) return nothing(reply);
    return await sendFile(store, evidence, file, request.headers, reply);
  });
}

/** Sends a file whole, a part of it (RFC 9110, one range) or 304. */
async function sendFile(
  store: EvidenceStore,
  evidence: Evidence,
  { name, bytes }: EvidenceFile,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // New evidence of a spot has another time of making: its old files are then other files.
  const etag = `"${String(evidence.createdMs)}-${String(bytes)}"`;
  const type = name.endsWith('.mp4') ? 'video/mp4' : 'image/jpeg';
  reply.header('etag', etag).header('cache-control', 'private, no-cache').header('accept-ranges', 'bytes').header('content-type', type);
  if (headers['if-none-match'] === etag) return await reply.code(304).send();
  const ifRange = headers['if-range'];
  const asked = typeof headers.range === 'string' && (ifRange === undefined || ifRange === etag) ? rangeOf(headers.range, bytes) : 'whole';
  if (asked === 'outside')
    return await reply
      .code(416)
      .header('content-range', `bytes */${String(bytes)}`)
      .send();
  const stream = await store.open(evidence.spotId, name, asked === 'whole' ? undefined : asked);
  if (stream === undefined) return nothing(reply);
  if (asked === 'whole') return await reply.header('content-length', bytes).send(stream);
  const { start, end } = asked;
  reply.code(206).header('content-range', `bytes ${String(start)}-${String(end)}/${String(bytes)}`);
  return await reply.header('content-length', end - start + 1).send(stream);
}

function describe({ spotId, airingId, streamId, eventTimeMs, durationMs, clipMs, createdMs, clip, pictures }: Evidence): SpotEvidence {
  const url = ({ name }: EvidenceFile): string => `/api/v1/evidence/${encodeURIComponent(spotId)}/${name}?v=${String(createdMs)}`;
  return { spotId, airingId, streamId, eventTimeMs, durationMs, clipMs, clip: url(clip), pictures: pictures.map(url) };
}

function nothing(reply: FastifyReply): FastifyReply {
  const message = 'There are no pictures of this spot yet; they are made when it airs.';
  return reply
    .code(404)
    .type('application/json')
    .send({ error: { code: 'NOT_FOUND', message } });
}
