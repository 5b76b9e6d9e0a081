import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';

import { readAsRun } from '../core/as-run/as-run.ts';
import type { AsRunFilter } from '../core/as-run/filter.ts';
import { asRunCsv, asRunEdl, asRunRecord, asRunXmltv, shareOfVoiceCsv } from '../core/as-run/formats.ts';
import type { RowSource } from '../core/as-run/row-source.ts';
import { readShareOfVoice, voiceGroups } from '../core/as-run/share-of-voice.ts';
import { TimeZone } from '../core/as-run/time-zone.ts';
import { UsageError } from '../core/errors/app-error.ts';
import type { AsRunResponse, ShareOfVoiceResponse } from '../schemas/ws/api.ts';

/** What the as-run routes read from. */
export interface AsRunApiDeps {
  /** Analytics database. */
  source: RowSource;
  /** Name of a category by its id; empty when it has none. */
  categoryName: (id: string) => string;
}

const timeMs = z.coerce.number().int().min(0).max(8.64e15);
const span = { stream: z.string().min(1).max(256).optional(), from: timeMs.optional(), to: timeMs.optional() };
const asRunQuery = z.object({
  ...span,
  format: z.enum(['json', 'csv', 'xmltv', 'edl']).default('json'),
  timeZone: z.string().min(1).max(64).optional(),
});
const voiceQuery = z.object({ ...span, by: z.enum(voiceGroups).default('brand'), format: z.enum(['json', 'csv']).default('json') });

/**
 * Adds the as-run log and share of voice: `GET /api/v1/as-run` and `GET /api/v1/share-of-voice`, as JSON or as the files that
 * `sightline as-run` writes.
 */
export function registerAsRunApi(app: FastifyInstance, { source, categoryName }: AsRunApiDeps): void {
  app.get('/api/v1/as-run', async (request, reply): Promise<AsRunResponse | FastifyReply> => {
    const query = asRunQuery.parse(request.query);
    const zone = zoneOf(query.timeZone);
    if (typeof zone === 'string') return badRequest(reply, zone);
    if (query.format === 'edl' && query.stream === undefined) return badRequest(reply, 'An edit decision list is of one recording: name its stream.');
    const airings = await readAsRun(source, filterOf(query));
    const style = { zone, categoryName };
    if (query.format === 'csv') return file(reply, 'text/csv', 'as-run.csv', asRunCsv(airings, style));
    if (query.format === 'xmltv') return file(reply, 'application/xml', 'as-run.xml', asRunXmltv(airings, style));
    if (query.format === 'edl') return file(reply, 'text/plain', 'as-run.edl', asRunEdl(airings));
    return { timeZone: zone.name, airings: airings.map((airing) => asRunRecord(airing, style)) };
  });
  app.get('/api/v1/share-of-voice', async (request, reply): Promise<ShareOfVoiceResponse | FastifyReply> => {
    const query = voiceQuery.parse(request.query);
    const voices = await readShareOfVoice(source, filterOf(query), query.by, categoryName);
    if (query.format === 'csv') return file(reply, 'text/csv', 'share-of-voice.csv', shareOfVoiceCsv(voices));
    return { by: query.by, voices };
  });
}

function filterOf({ stream, from, to }: { stream?: string | undefined; from?: number | undefined; to?: number | undefined }): AsRunFilter {
  return {
    ...(stream === undefined ? {} : { streamId: stream }),
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
  };
}

/** The zone, or why there is none of that name. */
function zoneOf(name: string | undefined): TimeZone | string {
  try {
    return name === undefined ? TimeZone.local() : new TimeZone(name);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

function file(reply: FastifyReply, type: string, name: string, text: string): FastifyReply {
  return reply.header('content-disposition', `attachment; filename="${name}"`).type(`${type}; charset=utf-8`).send(text);
}

function badRequest(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(400).send({ error: { code: 'BAD_REQUEST', message } });
}
