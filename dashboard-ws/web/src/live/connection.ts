import type { StatsResponse, StreamsResponse, TimelineResponse } from '../../../../schemas/ws/api.ts';
import { reconnectRuleOf } from '../../../../schemas/ws/close-codes.ts';
import type { LiveEventType } from '../../../../schemas/ws/events.ts';
import type { ClientMessage, Position, ServerMessage } from '../../../../schemas/ws/messages.ts';
import type { Store } from './store.ts';

const events: LiveEventType[] = ['frames', 'detections', 'shots', 'breaks', 'spots', 'splice-cues', 'stream-status', 'signals-summary'];
const pingEveryMs = 10_000;
/** Silence after which the line is taken for dead; pongs come every {@link pingEveryMs}. */
const deadAfterMs = 25_000;
const statsEveryMs = 2000;

/** Keeps the store current: one WebSocket with resume, snapshots over HTTP where resuming is not possible, statistics every two seconds. */
export class Connection {
  readonly #store: Store;
  #socket: WebSocket | undefined;
  #position: Position | undefined;
  #attempt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #heardAtMs = 0;
  #bestRttMs = Infinity;
  #pingSentMs = 0;
  #loading = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Connects, and stays connected. */
  start(): void {
    this.#open();
    setInterval(() => this.#tick(), pingEveryMs / 2);
    setInterval(() => void this.#loadStats(), statsEveryMs);
    addEventListener('online', () => this.retryNow());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.#socket === undefined) this.retryNow();
    });
  }

  /** Does not wait for the next attempt. */
  retryNow(): void {
    if (this.#socket !== undefined) return;
    clearTimeout(this.#retryTimer);
    this.#open();
  }

  #open(): void {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`);
    this.#socket = socket;
    socket.onopen = () => {
      this.#heardAtMs = performance.now();
      const resume = this.#position;
      this.#send({ type: 'subscribe', id: 'page', channels: [{ stream: '*', events }], ...(resume === undefined ? {} : { resume }) });
      this.#ping();
    };
    socket.onmessage = (message: MessageEvent<string>) => this.#receive(JSON.parse(message.data) as ServerMessage);
    socket.onclose = (close) => {
      if (this.#socket === socket) this.#lost(close.code, close.reason);
    };
  }

  #receive(message: ServerMessage): void {
    this.#heardAtMs = performance.now();
    switch (message.type) {
      case 'subscribed':
        this.#attempt = 0;
        this.#position = { epoch: message.epoch, offset: message.offset };
        this.#store.connection = { state: 'live', retryAtMs: 0, reason: '' };
        this.#store.changed();
        void this.#loadStats();
        if (!message.recovered || this.#store.phase !== 'ready') void this.#loadSnapshot();
        break;
      case 'publications':
        for (const publication of message.publications) {
          this.#store.applyPublication(publication);
          this.#position = { epoch: message.epoch, offset: publication.offset };
        }
        break;
      case 'pong': {
        const rttMs = performance.now() - this.#pingSentMs;
        if (rttMs <= this.#bestRttMs) {
          this.#bestRttMs = rttMs;
          this.#store.clockOffsetMs = message.serverTimeMs + rttMs / 2 - Date.now();
        }
        break;
      }
      default:
        break;
    }
  }

  #lost(code: number, reason: string): void {
    this.#socket = undefined;
    const rule = reconnectRuleOf(code);
    if (rule === 'never') {
      this.#store.connection = { state: 'refused', retryAtMs: 0, reason: reason === '' ? `Closed with code ${code}.` : reason };
    } else {
      // Exponential back-off with full jitter above a floor, so that a restarted server is not met by everybody at once.
      const longestMs = Math.min(15_000, 500 * 2 ** this.#attempt);
      const waitMs = longestMs * (0.4 + 0.6 * Math.random());
      this.#attempt += 1;
      this.#store.connection = { state: 'reconnecting', retryAtMs: Date.now() + waitMs, reason };
      this.#retryTimer = setTimeout(() => this.#open(), waitMs);
    }
    this.#store.changed();
  }

  #tick(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    if (socket.readyState === WebSocket.OPEN && performance.now() - this.#heardAtMs > deadAfterMs) {
      // close() would wait for an answer that is not coming.
      socket.onclose = null;
      socket.close();
      this.#lost(1006, '');
    } else if (performance.now() - this.#pingSentMs >= pingEveryMs) {
      this.#ping();
    }
  }

  #ping(): void {
    this.#pingSentMs = performance.now();
    this.#send({ type: 'ping', id: 'clock' });
  }

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  async #loadSnapshot(): Promise<void> {
    const turn = ++this.#loading;
    for (let attempt = 0; turn === this.#loading; attempt += 1) {
      try {
        const snapshot = await getJson<StreamsResponse>('/api/v1/streams');
        this.#store.applySnapshot(snapshot);
        const timelines = snapshot.streams.map(async ({ streamId }) => {
          this.#store.applyTimeline(await getJson<TimelineResponse>(`/api/v1/streams/${encodeURIComponent(streamId)}/timeline`));
        });
        await Promise.all(timelines);
        this.#store.phase = 'ready';
        this.#store.problem = '';
        this.#store.changed();
        return;
      } catch (error) {
        if (this.#store.phase !== 'ready') this.#store.phase = 'failed';
        this.#store.problem = error instanceof Error ? error.message : String(error);
        this.#store.changed();
        await new Promise((resolve) => setTimeout(resolve, Math.min(10_000, 1000 * 2 ** attempt)));
      }
    }
  }

  async #loadStats(): Promise<void> {
    if (document.hidden || this.#socket?.readyState !== WebSocket.OPEN) return;
    try {
      this.#store.stats = await getJson<StatsResponse>('/api/v1/stats');
      this.#store.changed();
    } catch {
      // The connection's own state says that something is wrong.
    }
  }
}

async function getJson<Body>(path: string): Promise<Body> {
  const response = await fetch(path, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(15_000) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
  return (await response.json()) as Body;
}
