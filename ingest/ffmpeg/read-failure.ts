import { type AppError, InvalidInputError, UnavailableError } from '../../core/errors/app-error.ts';
import type { ErrorCode } from '../../core/errors/codes.ts';

/** What is known when a decoder has ended. */
export interface DecoderEnd {
  /** Address for people, without secrets. */
  address: string;
  /** False when ffmpeg reported an error. */
  ok: boolean;
  /** One line of the wrapper about how the child ended. */
  exitMessage: string;
  /** The last error line of ffmpeg. */
  lastError: string;
  /** Anything was decoded. */
  decoded: boolean;
  /** The input came over a network. */
  network: boolean;
}

const unreachable =
  /refused|timed out|timeout|unreachable|Server returned|HTTP error|resolve|Input\/output error|reset by peer|Broken pipe|Immediate exit|not found|End of file|Connection|handshake|Network|Operation not permitted|Cannot assign|Address already/i;
const notMedia =
  /Invalid data found|moov atom|does not contain any stream|Invalid argument|could not find codec|whitelist|no streams|matches no streams|Unknown error|End of file|Unable to open|Error opening|Invalid NAL|header parsing failed/i;

/** The last error line without paths, so that no secret of a URL reaches a message. */
export function tidyComplaint(line: string): string {
  return line
    .replace(/\b(?:file:|[a-z][a-z0-9+.-]*:\/\/)\S+?(?=:?\s|:?$)/gi, 'the input')
    .replace(/^the input: /, '')
    .replace(/\s+/g, ' ')
    .replace(/[.:\s]+$/, '')
    .slice(0, 200);
}

function invalid(code: ErrorCode, message: string): AppError {
  return new InvalidInputError(code, message);
}

/**
 * Turns the end of a decoder into one error with a code and one sentence, or nothing when the input simply came to its end. Something
 * decoded before the failure makes it `E_DECODE_FAILED` (file) or `E_SOURCE_UNAVAILABLE` (network).
 */
export function readFailure(end: DecoderEnd): AppError | undefined {
  const cause = tidyComplaint(end.lastError === '' ? end.exitMessage : end.lastError);
  if (/Cannot find ffmpeg|ENOENT/.test(end.exitMessage)) {
    return new UnavailableError('E_TOOL_MISSING', 'ffmpeg is not installed; install it with `apt-get install ffmpeg` or `brew install ffmpeg`.');
  }
  if (end.decoded) {
    if (end.ok) return undefined;
    return end.network
      ? new UnavailableError('E_SOURCE_UNAVAILABLE', `${end.address} broke off: ${cause}.`)
      : invalid('E_DECODE_FAILED', `${end.address} could not be read to its end: ${cause}.`);
  }
  if (end.network && (end.ok || unreachable.test(cause) || !notMedia.test(cause))) {
    return new UnavailableError('E_SOURCE_UNAVAILABLE', `${end.address} cannot be reached: ${cause === '' ? 'it sent nothing' : cause}.`);
  }
  if (/Permission denied|No such file/.test(cause)) return invalid('E_SOURCE_NOT_FOUND', `${end.address} cannot be read: ${cause}.`);
  return invalid('E_SOURCE_NOT_MEDIA', `${end.address} holds no pictures or sound that ffmpeg can read${cause === '' ? '' : `: ${cause}`}.`);
}
