import type { RelatedSpot } from '../../core/catalogue/related-spots.ts';
import type { ImportCount } from '../../core/catalogue/catalogue-transfer.ts';
import type { ListedSpot, SpotDetail } from '../../core/catalogue/catalogue-view.ts';
import type { SpotStatus } from '../../core/catalogue/catalogue.ts';
import { InvalidInputError, UnavailableError, UsageError, messageOf } from '../../core/errors/app-error.ts';

/** A spot as the API gives it. */
export type ApiSpot = ListedSpot & { categoryName: string };

/** One spot with everything. */
export type ApiSpotDetail = SpotDetail & { categoryName: string };

/** Answer to an addition. */
export interface ApiAdded {
  spot: ApiSpot;
  existing: boolean;
  related: RelatedSpot[];
}

interface SpotListing {
  spots: ApiSpot[];
  nextCursor: string | null;
}

/** What becomes a JSON body. */
export type ApiBody = Record<string, string | null | undefined>;

/** Speaks the catalogue's HTTP API (docs/http-api.md). Errors of the API come back as the errors that they were. */
export class CatalogueClient {
  readonly #url: string;
  readonly #token: string | undefined;

  /** @param url without a path, e.g. `http://127.0.0.1:8080` */
  constructor(url: string, token: string | undefined) {
    this.#url = url;
    this.#token = token;
  }

  /** Spots, what changed last first, page by page. */
  async *list(filter: { status?: SpotStatus; q?: string }, limit: number): AsyncGenerator<ApiSpot> {
    const query = new URLSearchParams(filter);
    for (let left = limit; left > 0;) {
      query.set('limit', String(Math.min(1000, left)));
      const { spots, nextCursor }: SpotListing = await this.#json('GET', `/spots?${query.toString()}`);
      yield* spots;
      left -= spots.length;
      if (nextCursor === null) return;
      query.set('cursor', nextCursor);
    }
  }

  async show(spotId: string): Promise<ApiSpotDetail> {
    return await this.#json('GET', `/spots/${encodeURIComponent(spotId)}`);
  }

  async add(body: ApiBody): Promise<ApiAdded> {
    return await this.#json('POST', '/spots', body);
  }

  async rename(spotId: string, body: ApiBody): Promise<ApiSpot> {
    return (await this.#json<{ spot: ApiSpot }>('PATCH', `/spots/${encodeURIComponent(spotId)}`, body)).spot;
  }

  /** Any of the edits that stand behind a spot's address. */
  async edit(spotId: string, edit: 'confirm' | 'reject' | 'merge' | 'split' | 'link', body: ApiBody): Promise<ApiSpot> {
    return (await this.#json<{ spot: ApiSpot }>('POST', `/spots/${encodeURIComponent(spotId)}/${edit}`, body)).spot;
  }

  async remove(spotId: string): Promise<void> {
    await this.#send('DELETE', `/spots/${encodeURIComponent(spotId)}`);
  }

  /** @param firstLine number of the first line in the file, for messages */
  async import(lines: string, firstLine: number): Promise<ImportCount> {
    const response = await this.#send('POST', `/import?firstLine=${firstLine}`, { type: 'application/x-ndjson', text: lines });
    return (await response.json()) as ImportCount;
  }

  /** The lines of an export, in pieces that end anywhere. */
  async *export(): AsyncGenerator<Uint8Array> {
    const response = await this.#send('GET', '/export');
    if (response.body !== null) yield* response.body as unknown as AsyncIterable<Uint8Array>;
  }

  async #json<Answer>(method: string, path: string, body?: ApiBody): Promise<Answer> {
    const content = body === undefined ? undefined : { type: 'application/json', text: JSON.stringify(body) };
    return (await (await this.#send(method, path, content)).json()) as Answer;
  }

  async #send(method: string, path: string, content?: { type: string; text: string }): Promise<Response> {
    const headers: Record<string, string> = {};
    if (content !== undefined) headers['content-type'] = content.type;
    if (this.#token !== undefined) headers['authorization'] = `Bearer ${this.#token}`;
    let response: Response;
    try {
      const body = content === undefined ? {} : { body: content.text };
      response = await fetch(`${this.#url}/api/v1/catalogue${path}`, { method, headers, ...body });
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      throw new UnavailableError('E_STATE_UNAVAILABLE', `Sightline at ${this.#url} does not answer (${messageOf(cause)}).`, { cause: error });
    }
    if (response.ok) return response;
    throw errorOf(response.status, await response.text());
  }
}

function errorOf(status: number, body: string): Error {
  let code = '';
  let message = body;
  try {
    const { error } = JSON.parse(body) as { error?: { code?: string; message?: string } | string };
    if (typeof error === 'object') ({ code = '', message = body } = error);
    else message = `The instance that runs on this data directory serves no catalogue (catalogue.enabled, or its --target).`;
  } catch {
    // A proxy in between answers with a page of its own.
  }
  if (code === 'E_SPOT_NOT_FOUND' || code === 'E_PRINT_INVALID') return new InvalidInputError(code, message);
  if (status === 503) return new UnavailableError('E_STATE_UNAVAILABLE', message);
  if (status === 401 || status === 403)
    return new UsageError('E_USAGE', `${message} Set SIGHTLINE_FLEET_TOKEN, or name the configuration with --config.`);
  return new InvalidInputError('E_CATALOGUE_REFUSED', message);
}
