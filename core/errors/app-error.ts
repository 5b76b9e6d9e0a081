import type { ErrorCode } from './codes.ts';

/** Fields that help a person or a log search; never secrets. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** Options of every {@link AppError}. */
export interface AppErrorOptions {
  /** What led to this error. */
  cause?: unknown;
  /** Context for logs and dead letters. */
  details?: ErrorDetails;
}

/**
 * The base of every error that Sightline raises on purpose. `message` is a sentence for a person: what happened, where, what to do.
 * `retryable` is fixed by the subclass, one subclass per decision a caller can take.
 */
export abstract class AppError extends Error {
  /** Closed list, documented in docs/errors.md. */
  readonly code: ErrorCode;
  /** Whether the same call may succeed later without anybody changing anything. */
  abstract readonly retryable: boolean;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Try again later with back-off: a broker, a database or a source is away. */
export class UnavailableError extends AppError {
  override readonly retryable = true;
}

/** The input is bad and stays bad: dead-letter the record or refuse the file. */
export class InvalidInputError extends AppError {
  override readonly retryable = false;
}

/** The configuration is wrong: stop with exit code 78 and say every problem. */
export class ConfigError extends AppError {
  override readonly retryable = false;
}

/** The command line is wrong: stop with exit code 2. */
export class UsageError extends AppError {
  override readonly retryable = false;
}

/** Something that must hold does not: stop the service, a person must look. */
export class InvariantError extends AppError {
  override readonly retryable = false;
}

/** True when `error` says of itself that trying again later may help; unknown errors are not retryable. */
export function isRetryable(error: unknown): boolean {
  return error instanceof AppError && error.retryable;
}

/** The message of anything thrown, for a log field or a sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
