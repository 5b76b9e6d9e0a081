import { AppError, isRetryable } from '../../core/errors/app-error.ts';
import type { Logger } from '../../core/log/logger.ts';
import type { Metrics } from '../../core/metrics/metrics.ts';
import { pauseBefore } from '../../core/time/backoff.ts';
import type { Clock } from '../../core/time/clock.ts';

const pauses = { firstMs: 100, longestMs: 30_000 };
/** A pause is slept in slices, so that a partition that was taken away is noticed soon. */
const sliceMs = 500;

/** How to retry. */
export interface RetryOptions {
  component: string;
  log: Logger;
  metrics: Metrics;
  clock: Clock;
  /** True when the work is no longer wanted (partition revoked, closing). */
  isStale: () => boolean;
  /** Aborts pauses. */
  signal: AbortSignal;
}

/** Outcome of {@link retryUntilDone}: a value, or `stale` when the work was given up because it is no longer wanted. */
export type Retried<Value> = { stale: false; value: Value } | { stale: true };

/** Attempts that are not worth a warning: about five seconds, as a database takes to open for the first time. The metric counts them. */
const quietAttempts = 6;

/**
 * Calls `work` until it succeeds, with exponential back-off and jitter between attempts, as long as its errors are retryable and the work is
 * wanted. Results are never dropped for being late, so there is no limit of attempts: the lag shows.
 *
 * @throws the first error that is not retryable
 */
export async function retryUntilDone<Value>(work: () => Promise<Value>, options: RetryOptions): Promise<Retried<Value>> {
  for (let attempt = 1; ; attempt += 1) {
    if (options.isStale()) return { stale: true };
    try {
      return { stale: false, value: await work() };
    } catch (error) {
      if (!isRetryable(error)) throw error;
      const pauseMs = pauseBefore(attempt, Math.random(), pauses);
      const code = codeOf(error);
      options.metrics.count('component_retries_total', { component: options.component, code });
      options.log[attempt > quietAttempts ? 'warn' : 'debug']({ err: error, attempt, pauseMs }, 'A step failed and is tried again after a pause.');
      await sleepWhileWanted(pauseMs, options);
    }
  }
}

/** Code for metrics and dead letters: the error's own, else `E_INTERNAL`. */
export function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'E_INTERNAL';
}

async function sleepWhileWanted(pauseMs: number, options: RetryOptions): Promise<void> {
  let leftMs = pauseMs;
  while (leftMs > 0 && !options.isStale()) {
    const partMs = Math.min(sliceMs, leftMs);
    await options.clock.sleep(partMs, options.signal).catch(() => undefined);
    if (options.signal.aborted) return;
    leftMs -= partMs;
  }
}
