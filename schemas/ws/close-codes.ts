/** What a client may do after a close: reconnect with back-off and resume, or not at all before somebody changed something. */
export type ReconnectRule = 'resume' | 'never';

/** One row of the table of close codes. */
export interface CloseCode {
  readonly code: number;
  readonly reconnect: ReconnectRule;
  /** When the server closes with it. */
  readonly meaning: string;
  /** What the author of a client does about it. */
  readonly remedy: string;
}

/**
 * Every code the server closes a WebSocket with. As in Centrifugo, 3000 to 3499 invite a reconnect and 3500 to 3999 do not; 1002, 1007
 * and 1009 are RFC 6455's own and come from the frame parser, before a message exists. docs/websocket.md is generated from this table.
 */
export const closeCodes = {
  shutdown: {
    code: 3001,
    reconnect: 'resume',
    meaning: 'The server is stopping.',
    remedy: 'Reconnect with back-off and jitter; resume.',
  },
  slow: {
    code: 3008,
    reconnect: 'resume',
    meaning: 'The client read so slowly that more than `dashboard.sendBuffer` was waiting for it.',
    remedy: 'Reconnect and resume; subscribe to less, or read faster.',
  },
  noPong: {
    code: 3012,
    reconnect: 'resume',
    meaning: 'No pong and no message came within `dashboard.pongTimeout` of a ping.',
    remedy: 'Reconnect and resume; the network or the client was stuck.',
  },
  badRequest: {
    code: 3501,
    reconnect: 'never',
    meaning: 'A message was not JSON, was binary, or does not fit the protocol; the reason says where.',
    remedy: 'Fix the client.',
  },
  idle: {
    code: 3503,
    reconnect: 'never',
    meaning: 'The client had no subscription for `dashboard.idleTimeout`.',
    remedy: 'Subscribe right after the connection opens.',
  },
  rate: {
    code: 3504,
    reconnect: 'never',
    meaning: 'The client sent more than `dashboard.messagesPerSecond`.',
    remedy: 'Send less: one subscribe message can carry many channels.',
  },
  protocolError: {
    code: 1002,
    reconnect: 'never',
    meaning: 'A frame breaks RFC 6455.',
    remedy: 'Fix the WebSocket library of the client.',
  },
  notUtf8: {
    code: 1007,
    reconnect: 'never',
    meaning: 'A text message is not UTF-8.',
    remedy: 'Fix the client.',
  },
  tooLarge: {
    code: 1009,
    reconnect: 'never',
    meaning: 'A message is larger than `dashboard.maxMessage`; refused by its announced length, before it is read.',
    remedy: 'Send smaller messages.',
  },
} as const satisfies Record<string, CloseCode>;

/** Name of a close code. */
export type CloseName = keyof typeof closeCodes;

/** The rule of a code as received; anything unknown (1006: connection lost) is worth a reconnect with resume. */
export function reconnectRuleOf(code: number): ReconnectRule {
  return (Object.values(closeCodes) as CloseCode[]).find((row) => row.code === code)?.reconnect ?? 'resume';
}
