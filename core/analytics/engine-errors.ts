import { type AppError, InvalidInputError, UnavailableError, messageOf } from '../errors/app-error.ts';

/**
 * Codes of ClickHouse (src/Common/ErrorCodes.cpp) that speak about the data of an insert, so that trying again cannot help: the block is
 * divided until the bad row is found. Everything else (memory, too many parts, a missing table, rights, network) may be mended by a
 * person or by time, so it is retried and nothing is thrown away.
 */
const badDataCodes: ReadonlySet<number> = new Set([
  6, // CANNOT_PARSE_TEXT
  25, // CANNOT_PARSE_ESCAPE_SEQUENCE
  26, // CANNOT_PARSE_QUOTED_STRING
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  32, // ATTEMPT_TO_READ_AFTER_EOF
  38, // CANNOT_PARSE_DATE
  41, // CANNOT_PARSE_DATETIME
  53, // TYPE_MISMATCH
  69, // ARGUMENT_OUT_OF_BOUND
  70, // CANNOT_CONVERT_TYPE
  72, // CANNOT_PARSE_NUMBER
  117, // INCORRECT_DATA
  130, // CANNOT_READ_ARRAY_FROM_TEXT
  131, // TOO_LARGE_STRING_SIZE
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  469, // VIOLATED_CONSTRAINT
]);

/** Codes that say that the engine itself cannot work now. */
const unavailableCodes: ReadonlySet<number> = new Set([159, 202, 209, 210, 236, 241, 242, 243, 252, 279, 319, 394, 425, 439, 745, 999]);

/** Code of an engine's exception, or undefined when the error is not one (network, closed connection). */
export function clickhouseCode(error: unknown): number | undefined {
  const { code, clickhouseCode: native } = error as { code?: unknown; clickhouseCode?: unknown };
  for (const candidate of [native, code]) {
    if (typeof candidate === 'number') return candidate;
    if (typeof candidate === 'string' && /^\d+$/.test(candidate)) return Number(candidate);
  }
  const found = /Code: (\d+)\./.exec(messageOf(error))?.[1];
  return found === undefined ? undefined : Number(found);
}

/** What a failed insert means for the caller. */
export function insertError(table: string, error: unknown): AppError {
  const code = clickhouseCode(error);
  const details = { table, clickhouseCode: code };
  if (code !== undefined && badDataCodes.has(code)) {
    return new InvalidInputError('E_SINK_REJECTED', `ClickHouse refused rows for the table ${table}: ${firstLine(error)}`, { cause: error, details });
  }
  return new UnavailableError('E_SINK_UNAVAILABLE', `ClickHouse did not take rows for the table ${table}: ${firstLine(error)}`, {
    cause: error,
    details,
  });
}

/** What a failed query means for the caller; the message is the engine's. */
export function queryError(error: unknown): AppError {
  const code = clickhouseCode(error);
  const details = { clickhouseCode: code, clickhouseType: (error as { type?: string }).type };
  if (code === undefined || (unavailableCodes.has(code) && code !== 159 && code !== 241)) {
    return new UnavailableError('E_SINK_UNAVAILABLE', `ClickHouse does not answer: ${firstLine(error)}`, { cause: error, details });
  }
  return new InvalidInputError('E_QUERY_FAILED', engineMessage(error), { cause: error, details });
}

/** The engine's message without the transport's prefixes and the version suffix. */
function engineMessage(error: unknown): string {
  const text = messageOf(error).trim();
  return text.replace(/^(Code: \d+\. DB::Exception: )+/, '').replace(/ \(version [^)]*\)\.?$/, '');
}

function firstLine(error: unknown): string {
  return (engineMessage(error).split('\n')[0] ?? '').slice(0, 500);
}
