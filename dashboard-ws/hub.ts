import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

import { type WebSocket, WebSocketServer } from 'ws';

import type { Logger } from '../core/log/logger.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Clock } from '../core/time/clock.ts';
import { type CloseName, closeCodes } from '../schemas/ws/close-codes.ts';
import type { LiveEvents, LiveEventType } from '../schemas/ws/events.ts';
import type { ClientMessage, Position } from '../schemas/ws/messages.ts';
import { admitOrigin, admitToken } from '../core/http/admission.ts';
import { channelSetOf } from './channel-set.ts';
import type { DashboardConfig } from './config.ts';
import { FanOut, framePublications } from './fan-out.ts';
import { History, type StoredPublication } from './history.ts';
import { HubConnection, type Wire } from './hub-connection.ts';

/** What the hub is given. */
export interface HubDeps {
  clock: Clock;
  metrics: Metrics;
  log: Logger;
}

/** Path of the WebSocket. */
export const webSocketPath = '/ws';

/** Events that are not held back to share a frame. */
const urgentEvents: ReadonlySet<LiveEventType> = new Set(['breaks', 'spots', 'splice-cues', 'stream-status']);

/** How long a peer has to follow a close before the line is cut, milliseconds. */
const closeGraceMs = 1500;

/**
 * The WebSocket hub: clients subscribe by stream and event type, resume after a reconnect, and are closed with a code of `closeCodes`
 * when they are slow, silent or wrong. Protocol: docs/websocket.md. One hub is one life: its `epoch` is new at every start.
 */
export class Hub {
  /** Names this life of the hub; offsets of another life mean nothing here. */
  readonly epoch = randomUUID();
  readonly #config: DashboardConfig;
  readonly #deps: HubDeps;
  readonly #server: WebSocketServer;
  readonly #history: History;
  readonly #fanOut: FanOut;
  readonly #connections = new Map<HubConnection, WebSocket>();
  readonly #sweeper: NodeJS.Timeout;
  #offset = 0;
  #closed = false;

  constructor(config: DashboardConfig, deps: HubDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#server = new WebSocketServer({ noServer: true, maxPayload: config.maxMessage, perMessageDeflate: false, clientTracking: false });
    this.#history = new History({ events: config.historyEvents, maxStreams: config.maxStreams });
    const nowMs = (): number => deps.clock.monotonicMs();
    const onSent = (publications: readonly StoredPublication[], receivers: number): void => {
      for (const { event } of publications) deps.metrics.count('ws_sent_events_total', { type: event }, receivers);
    };
    this.#fanOut = new FanOut({ epoch: this.epoch, flushIntervalMs: config.flushInterval, nowMs, onSent });
    const sweepMs = Math.max(20, Math.min(1000, config.heartbeat / 4, config.pongTimeout / 4, config.idleTimeout / 4));
    this.#sweeper = setInterval(() => this.#sweep(), sweepMs);
    this.#sweeper.unref();
  }

  /** Where the hub's order stands now. */
  get position(): Position {
    return { epoch: this.epoch, offset: this.#offset };
  }

  /** Open connections. */
  get connections(): number {
    return this.#connections.size;
  }

  /** True when somebody would receive the event now: what nobody wants need not be computed. */
  wants(stream: string, event: LiveEventType): boolean {
    return this.#fanOut.wants({ stream, event });
  }

  /** Publishes an event to whoever wants it and remembers it for those who resume. */
  publish<Type extends LiveEventType>(event: Type, data: LiveEvents[Type]): void {
    if (this.#closed) return;
    const offset = ++this.#offset;
    const stream = data.streamId;
    const stored: StoredPublication = { offset, stream, event, json: JSON.stringify({ offset, stream, event, data }) };
    this.#history.add(stored);
    this.#fanOut.publish(stored, urgentEvents.has(event));
  }

  /** Takes upgrades to {@link webSocketPath} on an HTTP server; other paths are answered with 404. */
  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.#upgrade(request, socket, head));
  }

  /** Closes every client with `shutdown` and waits until they are gone, or cuts them off. Calling twice is fine. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#sweeper);
    this.#fanOut.close();
    const gone = [...this.#connections.values()].map(async (socket) => {
      await new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    });
    for (const connection of [...this.#connections.keys()]) connection.close('shutdown', 'The server is stopping.');
    await Promise.all(gone);
    this.#server.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', (err) => this.#deps.log.debug({ err }, 'A WebSocket upgrade failed.'));
    const url = request.url ?? '/';
    const admission = { token: this.#config.token, allowedOrigins: this.#config.allowedOrigins };
    if (url.split('?')[0] !== webSocketPath) return refuse(socket, '404 Not Found');
    if (!admitOrigin(admission, request.headers)) return refuse(socket, '403 Forbidden');
    if (admitToken(admission, request.headers, url) === undefined) return refuse(socket, '401 Unauthorized');
    if (this.#closed || this.#connections.size >= this.#config.maxConnections) return refuse(socket, '503 Service Unavailable');
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket));
  }

  #accept(socket: WebSocket): void {
    const limits = {
      maxSubscriptions: this.#config.maxSubscriptions,
      messagesPerSecond: this.#config.messagesPerSecond,
      sendBufferBytes: this.#config.sendBuffer,
      heartbeatMs: this.#config.heartbeat,
      pongTimeoutMs: this.#config.pongTimeout,
      idleTimeoutMs: this.#config.idleTimeout,
    };
    const connection = new HubConnection(wireOf(socket), limits, {
      nowMs: () => this.#deps.clock.monotonicMs(),
      serverTimeMs: () => this.#deps.clock.nowMs(),
      subscribed: (who, request) => this.#subscribed(who, request),
      unsubscribed: (who) => this.#regroup(who),
      closed: (who, name) => this.#closedByServer(who, name),
    });
    this.#connections.set(connection, socket);
    this.#deps.metrics.set('ws_connections', this.#connections.size);
    socket.on('message', (data: Buffer, isBinary: boolean) => connection.receive(data, isBinary));
    socket.on('ping', () => connection.heard());
    socket.on('pong', () => connection.heard());
    socket.on('error', (err) => this.#brokenByClient(connection, socket, err));
    socket.on('close', () => this.#forget(connection));
  }

  #subscribed(connection: HubConnection, request: Extract<ClientMessage, { type: 'subscribe' }>): void {
    this.#regroup(connection);
    const { resume } = request;
    const wanted = channelSetOf(request.channels);
    const missed =
      resume !== undefined && resume.epoch === this.epoch && resume.offset <= this.#offset
        ? this.#history.since(resume.offset, (stream, event) => wanted.matches(stream, event))
        : undefined;
    const serverTimeMs = this.#deps.clock.nowMs();
    connection.send({ type: 'subscribed', id: request.id, ...this.position, recovered: missed !== undefined, serverTimeMs });
    if (missed !== undefined && missed.length > 0) connection.deliver(framePublications(this.epoch, missed));
  }

  #regroup(connection: HubConnection): void {
    if (connection.subscriptions.size === 0) this.#fanOut.leave(connection);
    else this.#fanOut.join(connection, channelSetOf([...connection.subscriptions.values()].flat()));
  }

  #sweep(): void {
    for (const connection of [...this.#connections.keys()]) connection.sweep();
  }

  #closedByServer(connection: HubConnection, name: CloseName): void {
    this.#fanOut.remove(connection);
    this.#deps.metrics.count('ws_closed_connections_total', { code: closeCodes[name].code });
    if (name === 'badRequest') this.#countProtocolError();
    this.#deps.log.debug({ code: closeCodes[name].code, reason: name }, 'A WebSocket client was closed.');
  }

  /** A frame that the parser refused: `ws` has already sent the close; only the line is left to cut. */
  #brokenByClient(connection: HubConnection, socket: WebSocket, err: Error): void {
    connection.abandon();
    this.#fanOut.remove(connection);
    const code = parserCodes[(err as NodeJS.ErrnoException).code ?? ''];
    if (code !== undefined) {
      this.#deps.metrics.count('ws_closed_connections_total', { code: closeCodes[code].code });
      this.#countProtocolError();
    }
    this.#deps.log.debug({ err }, 'A WebSocket client broke the protocol.');
    cutAfterGrace(socket);
  }

  #countProtocolError(): void {
    this.#deps.metrics.count('component_errors_total', { component: 'dashboard-ws', code: 'E_WS_PROTOCOL', stage: 'receive' });
  }

  #forget(connection: HubConnection): void {
    connection.abandon();
    this.#fanOut.remove(connection);
    this.#connections.delete(connection);
    this.#deps.metrics.set('ws_connections', this.#connections.size);
  }
}

/** Errors of the frame parser of `ws` and the close it sends for them; its other `WS_ERR_*` codes are protocol errors. */
const parserCodes: Readonly<Record<string, CloseName>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 'tooLarge',
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 'tooLarge',
  WS_ERR_INVALID_UTF8: 'notUtf8',
  WS_ERR_EXPECTED_FIN: 'protocolError',
  WS_ERR_EXPECTED_MASK: 'protocolError',
  WS_ERR_INVALID_CLOSE_CODE: 'protocolError',
  WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH: 'protocolError',
  WS_ERR_INVALID_OPCODE: 'protocolError',
  WS_ERR_UNEXPECTED_MASK: 'protocolError',
  WS_ERR_UNEXPECTED_RSV_1: 'protocolError',
  WS_ERR_UNEXPECTED_RSV_2_3: 'protocolError',
};

function wireOf(socket: WebSocket): Wire {
  return {
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    send: (text) => socket.send(text, { binary: false, compress: false }),
    ping: () => socket.ping(),
    close: (name, reason) => {
      socket.close(closeCodes[name].code, shorten(`${name}: ${reason}`));
      cutAfterGrace(socket);
    },
  };
}

function cutAfterGrace(socket: WebSocket): void {
  const timer = setTimeout(() => socket.terminate(), closeGraceMs);
  socket.once('close', () => clearTimeout(timer));
}

/** RFC 6455: a close reason has at most 123 bytes. */
function shorten(text: string): string {
  let short = text.slice(0, 123);
  while (Buffer.byteLength(short) > 123) short = short.slice(0, -1);
  return short;
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
