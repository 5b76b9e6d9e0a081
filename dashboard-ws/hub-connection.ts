import { messageOf } from '../core/errors/app-error.ts';
import type { CloseName } from '../schemas/ws/close-codes.ts';
import { type ChannelFilter, type ClientMessage, clientMessageSchema, type ServerMessage } from '../schemas/ws/messages.ts';
import type { FrameReceiver } from './fan-out.ts';

/** The transport under a connection. */
export interface Wire {
  /** Bytes accepted and not yet given to the operating system. */
  readonly bufferedBytes: number;
  send(text: Buffer): void;
  ping(): void;
  /** Starts the closing handshake and cuts the line when the peer does not follow. */
  close(name: CloseName, reason: string): void;
}

/** What one connection may do. */
export interface ConnectionLimits {
  maxSubscriptions: number;
  messagesPerSecond: number;
  sendBufferBytes: number;
  heartbeatMs: number;
  pongTimeoutMs: number;
  idleTimeoutMs: number;
}

/** What a connection asks of the hub. */
export interface ConnectionEvents {
  nowMs: () => number;
  serverTimeMs: () => number;
  /** The set of subscriptions changed; `answer` must be sent after what was pending and before what follows. */
  subscribed(connection: HubConnection, request: Extract<ClientMessage, { type: 'subscribe' }>): void;
  unsubscribed(connection: HubConnection): void;
  closed(connection: HubConnection, name: CloseName): void;
}

/** Seconds of {@link ConnectionLimits.messagesPerSecond} that may come in one burst. */
const burstSeconds = 3;

/** Protocol and limits of one client: what comes in is checked, what goes out is bounded, silence is noticed. */
export class HubConnection implements FrameReceiver {
  readonly subscriptions = new Map<string, ChannelFilter[]>();
  readonly #wire: Wire;
  readonly #limits: ConnectionLimits;
  readonly #events: ConnectionEvents;
  #closing = false;
  #tokens: number;
  #tokensAtMs: number;
  #heardAtMs: number;
  #pingedAtMs: number;
  #idleSinceMs: number;

  constructor(wire: Wire, limits: ConnectionLimits, events: ConnectionEvents) {
    this.#wire = wire;
    this.#limits = limits;
    this.#events = events;
    const nowMs = events.nowMs();
    this.#tokens = limits.messagesPerSecond * burstSeconds;
    this.#tokensAtMs = nowMs;
    this.#heardAtMs = nowMs;
    this.#pingedAtMs = nowMs;
    this.#idleSinceMs = nowMs;
  }

  /** Handles a message as received; anything wrong with it closes the connection. */
  receive(data: Buffer, isBinary: boolean): void {
    if (this.#closing || !this.#admit()) return;
    if (isBinary) return this.close('badRequest', 'Binary messages are not part of the protocol.');
    const message = parse(data);
    if (typeof message === 'string') return this.close('badRequest', message);
    if (message.type === 'ping') return this.send({ type: 'pong', id: message.id, serverTimeMs: this.#events.serverTimeMs() });
    if (message.type === 'subscribe') return this.#subscribe(message);
    this.#unsubscribe(message.id);
  }

  /** A ping or pong of the transport: a sign of life, and a message like any other to the rate limit. */
  heard(): void {
    if (!this.#closing) this.#admit();
  }

  /** Sends one message of its own. */
  send(message: ServerMessage): void {
    this.deliver(Buffer.from(JSON.stringify(message)));
  }

  /** Sends a frame unless too much waits already: then the client is slow and must go, or its queue would grow without a bound. */
  deliver(frame: Buffer): void {
    if (this.#closing) return;
    if (this.#wire.bufferedBytes + frame.length > this.#limits.sendBufferBytes) {
      return this.close('slow', `${this.#wire.bufferedBytes} bytes were waiting.`);
    }
    this.#wire.send(frame);
  }

  /** Called every now and then: pings, and closes who is silent. */
  sweep(): void {
    if (this.#closing) return;
    const nowMs = this.#events.nowMs();
    if (this.subscriptions.size === 0 && nowMs - this.#idleSinceMs >= this.#limits.idleTimeoutMs) {
      return this.close('idle', 'Nothing was subscribed to.');
    }
    if (this.#pingedAtMs > this.#heardAtMs) {
      if (nowMs - this.#pingedAtMs >= this.#limits.pongTimeoutMs) this.close('noPong', 'No answer to a ping.');
    } else if (nowMs - this.#pingedAtMs >= this.#limits.heartbeatMs) {
      this.#pingedAtMs = nowMs;
      this.#wire.ping();
    }
  }

  /** Closes once; nothing is sent or handled after. */
  close(name: CloseName, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#wire.close(name, reason);
    this.#events.closed(this, name);
  }

  /** The transport is gone or closing by itself. */
  abandon(): void {
    this.#closing = true;
  }

  #admit(): boolean {
    const nowMs = this.#events.nowMs();
    this.#heardAtMs = nowMs;
    const { messagesPerSecond } = this.#limits;
    this.#tokens = Math.min(messagesPerSecond * burstSeconds, this.#tokens + ((nowMs - this.#tokensAtMs) / 1000) * messagesPerSecond);
    this.#tokensAtMs = nowMs;
    if (this.#tokens < 1) {
      this.close('rate', `More than ${messagesPerSecond} messages a second.`);
      return false;
    }
    this.#tokens -= 1;
    return true;
  }

  #subscribe(message: Extract<ClientMessage, { type: 'subscribe' }>): void {
    if (!this.subscriptions.has(message.id) && this.subscriptions.size >= this.#limits.maxSubscriptions) {
      const text = `At most ${this.#limits.maxSubscriptions} subscriptions; one may hold many channels.`;
      return this.send({ type: 'error', id: message.id, code: 'too-many-subscriptions', message: text });
    }
    this.subscriptions.set(message.id, message.channels);
    this.#events.subscribed(this, message);
  }

  #unsubscribe(id: string): void {
    if (!this.subscriptions.delete(id)) {
      return this.send({ type: 'error', id, code: 'unknown-subscription', message: 'There is no subscription of this id.' });
    }
    if (this.subscriptions.size === 0) this.#idleSinceMs = this.#events.nowMs();
    this.#events.unsubscribed(this);
    this.send({ type: 'unsubscribed', id });
  }
}

/** The message, or one sentence that says what is wrong with it. */
function parse(data: Buffer): ClientMessage | string {
  let value: unknown;
  try {
    value = JSON.parse(data.toString('utf8'));
  } catch (error) {
    return `Not JSON: ${messageOf(error)}`;
  }
  const result = clientMessageSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  return `${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'does not fit'}`;
}
