import type { OutsideLimits } from './analytics.ts';

/**
 * Settings under which statements of outsiders run, before `readonly` forbids to change them. A query that reaches a limit ends with the
 * engine's error (TIMEOUT_EXCEEDED, MEMORY_LIMIT_EXCEEDED, TOO_MANY_ROWS_OR_BYTES); nothing is cut silently.
 */
export function outsideSettings(limits: OutsideLimits): Record<string, number | string> {
  return {
    max_execution_time: Math.max(0.001, limits.timeoutMs / 1000),
    timeout_before_checking_execution_speed: 0,
    max_memory_usage: limits.maxMemoryBytes,
    max_result_rows: limits.maxResultRows,
    max_result_bytes: limits.maxResultBytes,
    result_overflow_mode: 'throw',
    max_threads: 2,
    max_temporary_data_on_disk_size_for_query: 1024 * 1024 * 1024,
    max_ast_depth: 500,
    max_ast_elements: 20_000,
    max_expanded_ast_elements: 100_000,
    max_query_size: 262_144,
    allow_ddl: 0,
    allow_introspection_functions: 0,
    function_sleep_max_microseconds_per_block: 1_000_000,
  };
}
