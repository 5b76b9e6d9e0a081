import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { WebSocket } from 'ws';

import { createLogger } from '../../core/log/logger.ts';
import { createMetrics, type Metrics } from '../../core/metrics/metrics.ts';
import { systemClock } from '../../core/time/clock.ts';
import { dashboardConfigSchema } from '../../dashboard-ws/config.ts';
import { Hub } from '../../dashboard-ws/hub.ts';
import type { LiveBreak, LiveFrame, LiveShot, Publication } from '../../schemas/ws/events.ts';
import type { ClientMessage, PublicationsMessage, ServerMessage, SubscribedMessage } from '../../schemas/ws/messages.ts';
import { until } from './until.ts';

type Subscribe = Extract<ClientMessage, { type: 'subscribe' }>;

/** Every stream, three types of event. */
export const everything: Subscribe['channels'] = [{ stream: '*', events: ['frames', 'breaks', 'shots'] }];

/** A real hub behind a real HTTP server, with the clients that come to it. Use one a test and dispose of it. */
export class HubRoom {
  readonly metrics: Metrics = createMetrics();
  readonly hub: Hub;
  readonly #server: Server = createServer();
  readonly #sockets: WebSocket[] = [];

  constructor(config: Record<string, unknown>) {
    this.hub = new Hub(dashboardConfigSchema.parse(config), { clock: systemClock, metrics: this.metrics, log: createLogger({ level: 'silent' }) });
  }

  /** Opens a room; `config` is the section of the dashboard. */
  static async open(config: Record<string, unknown> = {}): Promise<HubRoom> {
    const room = new HubRoom(config);
    room.hub.attach(room.#server);
    await new Promise<void>((resolve) => room.#server.listen(0, '127.0.0.1', resolve));
    return room;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ws`;
  }

  /** A WebSocket to the hub that ends with the room. `path` replaces or extends the hub's own. */
  socket(headers: Record<string, string> = {}, url = this.url): WebSocket {
    const socket = new WebSocket(url, { headers, skipUTF8Validation: true });
    socket.on('error', () => undefined);
    this.#sockets.push(socket);
    return socket;
  }

  /** A client that is connected. */
  async client(): Promise<HubClient> {
    return await new HubClient(this.socket()).open();
  }

  /** Ends the clients, the hub and the server. */
  async dispose(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    await this.hub.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A client that keeps what it received. */
export class HubClient {
  readonly messages: ServerMessage[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as ServerMessage));
    this.closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })));
  }

  /** Resolves when it is connected. */
  async open(): Promise<this> {
    if (this.socket.readyState === WebSocket.OPEN) return this;
    await new Promise<void>((resolve, reject) => {
      this.socket.once('open', () => resolve());
      this.socket.once('error', reject);
    });
    return this;
  }

  /** Sends a message. */
  send(message: ClientMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Subscribes and waits for the answer. */
  async subscribe(channels: Subscribe['channels'], more: Partial<Subscribe> = {}): Promise<SubscribedMessage> {
    const id = more.id ?? 'a';
    this.send({ type: 'subscribe', channels, ...more, id });
    return await until(
      () => this.messages.find((message): message is SubscribedMessage => message.type === 'subscribed' && message.id === id),
      'subscribed',
    );
  }

  /** Every event that came. */
  get publications(): Publication[] {
    return this.frames.flatMap((message) => message.publications);
  }

  /** The messages that carried events. */
  get frames(): PublicationsMessage[] {
    return this.messages.filter((message) => message.type === 'publications');
  }
}

/** A sampled picture. */
export function frame(streamId: string, ptsUs: number): LiveFrame {
  const size = { widthPx: 640, heightPx: 360, sourceWidthPx: 640, sourceHeightPx: 360 };
  return { streamId, epoch: 0, ptsUs, eventTimeMs: ptsUs / 1000, eventId: `${streamId}-${ptsUs}`, processedAtMs: 0, recorded: false, ...size };
}

/** A shot. */
export function shot(streamId: string, ptsUs: number): LiveShot {
  return { streamId, epoch: 0, ptsUs, eventTimeMs: 0, shotId: `s${ptsUs}`, endUs: ptsUs + 1, transition: 'cut', confidence: 1 };
}

/** A break that begins. */
export function adBreak(streamId: string, ptsUs: number): LiveBreak {
  const rest = { revision: 1, state: 'provisional' as const, endUs: null, confidence: 0.5, evidence: [], knownUpToUs: ptsUs };
  return { streamId, epoch: 0, ptsUs, eventTimeMs: 0, breakId: `b${ptsUs}`, ...rest };
}
