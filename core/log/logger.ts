import { pino, type Logger as PinoLogger } from 'pino';

/** Structured logger: `log.warn({ streamId, err }, 'Frame could not be decoded.')`, fields first, then a constant sentence. */
export type Logger = PinoLogger;

/** Levels as pino has them; nothing above debug is logged per frame. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Options of {@link createLogger}. */
export interface LoggerOptions {
  /** Least severe level written. @default 'info' */
  level?: LogLevel;
  /** Human-readable lines instead of JSON. @default false */
  pretty?: boolean;
  /** Bound to every line. */
  fields?: Record<string, unknown>;
}

/** Names of fields that never reach a log line, wherever they stand in the first two levels. */
const secretFields = ['password', 'passwd', 'secret', 'token', 'apiKey', 'authorization', 'cookie', 'credentials'];

/**
 * Creates the root logger. It writes to standard error so that standard output stays for results. Secrets are redacted by field name;
 * URLs must be passed through `redactUrl` by whoever logs them.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const redact = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  const base = { level: options.level ?? 'info', base: options.fields ?? {}, redact: { paths: redact, censor: '[redacted]' } };
  if (options.pretty === true) {
    return pino({
      ...base,
      transport: {
        target: 'pino-pretty',
        options: { destination: 2, colorize: process.stderr.isTTY, ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l' },
      },
    });
  }
  return pino(base, pino.destination({ dest: 2, sync: false }));
}

/** A URL fit for logs and messages: user, password and query values removed. Not a URL: returned as it is. */
export function redactUrl(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  try {
    const url = new URL(text);
    if (url.username !== '' || url.password !== '') {
      url.username = '***';
      url.password = '';
    }
    for (const name of [...url.searchParams.keys()]) url.searchParams.set(name, '***');
    return url.toString();
  } catch {
    return text.replace(/\/\/[^@/]*@/, '//***@').replace(/\?.*$/, '?***');
  }
}
