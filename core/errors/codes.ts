/** What an error code means and what to do about it; rendered into docs/errors.md. */
export interface ErrorCodeDoc {
  readonly meaning: string;
  readonly remedy: string;
}

/** The closed list of error codes. A test fails when a code is not documented or not used. */
export const errorCodes = {
  E_CONFIG_INVALID: {
    meaning: 'The configuration has unknown keys, wrong types or values out of range.',
    remedy: 'Each problem is printed with its path, what was found and what was expected; `docs/configuration.md` lists every key.',
  },
  E_USAGE: { meaning: 'The command line is wrong.', remedy: 'Run the command with `--help`.' },
  E_DATA_DIR_UNUSABLE: {
    meaning: 'The data directory cannot be written or is in use by another instance.',
    remedy: 'Stop the other instance (its pid is in the message) or choose another `--data-dir`.',
  },
  E_PORT_TAKEN: {
    meaning: 'A port that Sightline wants to listen on is taken.',
    remedy: 'Stop the program named in the message or choose another port (`--port 0` takes any).',
  },
  E_TOOL_MISSING: {
    meaning: 'A program that Sightline needs (ffmpeg, ffprobe) is not installed.',
    remedy: 'Install it as the message says; `sightline doctor` shows everything at once.',
  },
  E_SOURCE_NOT_FOUND: { meaning: 'The file or folder of a source does not exist or cannot be read.', remedy: 'Check the path and its permissions.' },
  E_SOURCE_NOT_MEDIA: {
    meaning: 'The source was opened but holds no pictures or sound that ffmpeg can read.',
    remedy: 'Check the file with ffprobe.',
  },
  E_SOURCE_UNAVAILABLE: {
    meaning: 'The source cannot be reached now.',
    remedy: 'Nothing to do at once: Sightline reconnects with back-off. Check address, credentials and network.',
  },
  E_SPLICE_UNREADABLE: {
    meaning: 'Splice cues of a source could not be read: a SCTE 35 section or a playlist.',
    remedy: 'The pictures and the sound are not affected. Encrypted sections cannot be read; ask the sender for clear ones.',
  },
  E_DECODE_FAILED: { meaning: 'A picture, packet or file could not be decoded.', remedy: 'Results up to the damage are kept; check the source.' },
  E_BUS_UNAVAILABLE: {
    meaning: 'The event bus (Kafka or the embedded log) does not answer.',
    remedy: 'Nothing to do at once: Sightline retries with back-off. Check the brokers or the disk.',
  },
  E_BUS_REJECTED: {
    meaning: 'The event bus refused a record for good (too large, no such partition).',
    remedy: 'See the cause in the message; raise the limit or fix the producer.',
  },
  E_SCHEMA_REJECTED: {
    meaning: 'A record does not fit its schema, or the registry refused a schema as incompatible.',
    remedy: 'See the dead letter: it holds the record and the cause.',
  },
  E_REGISTRY_UNAVAILABLE: { meaning: 'The schema registry does not answer.', remedy: 'Nothing to do at once: Sightline retries with back-off.' },
  E_MODEL_NOT_FOUND: {
    meaning: 'No model of that name is installed.',
    remedy: '`sightline models list` shows what is there; `models add` and `models pull` bring more.',
  },
  E_MODEL_INVALID: { meaning: 'A model file or its model.yaml cannot be used.', remedy: 'The message names the file and the field.' },
  E_DOWNLOAD_FAILED: {
    meaning: 'A model could not be downloaded: the server does not have it, does not answer, or sent other bytes than the checksum says.',
    remedy: 'Run the command again (it goes on where it stopped); check the address and the checksum.',
  },
  E_INFERENCE_FAILED: {
    meaning: 'The model failed on an input.',
    remedy: 'The frame is dead-lettered; see its cause. If it repeats, check the model with `sightline models check`.',
  },
  E_SINK_UNAVAILABLE: {
    meaning: 'ClickHouse (or another sink) does not answer.',
    remedy: 'Nothing is lost: the sink retries with back-off and its lag is shown.',
  },
  E_SINK_REJECTED: { meaning: 'The sink refused a row for good.', remedy: 'The row is in the dead-letter topic with the cause.' },
  E_TABLE_INVALID: {
    meaning: 'A table that was handed in (labels, a media plan, categories) has a row or column that cannot be read.',
    remedy: 'The message names the file, the line and what is expected; docs/evaluation.md, docs/as-run.md and docs/catalogue.md show the columns.',
  },
  E_QUERY_REFUSED: {
    meaning: 'The SQL port is read-only and this statement is not allowed there.',
    remedy: 'Send one SELECT, SHOW, DESCRIBE, EXPLAIN or WITH without SETTINGS, INTO OUTFILE or functions that leave the database.',
  },
  E_QUERY_FAILED: { meaning: 'ClickHouse could not run the query.', remedy: 'See the message of the engine.' },
  E_WS_PROTOCOL: {
    meaning: 'A WebSocket client sent something that the protocol does not allow.',
    remedy: 'See docs/websocket.md for messages and close codes.',
  },
  E_PRINT_INVALID: {
    meaning: 'The fingerprint of a spot cannot be read: damaged, or written by another version.',
    remedy: 'Add the spot to the catalogue again from its file, or export the catalogue anew.',
  },
  E_SPOT_NOT_FOUND: {
    meaning: 'The ad catalogue has no such spot or airing.',
    remedy: '`sightline catalogue list` shows the spots and `sightline catalogue show ID` their airings.',
  },
  E_CATALOGUE_REFUSED: {
    meaning: 'An edit of the ad catalogue makes no sense, or a name, category or line of an import is not valid.',
    remedy: 'The message says what was wrong and, for an import, in which line. Nothing was changed.',
  },
  E_STATE_UNAVAILABLE: {
    meaning: 'The control-plane database (PostgreSQL or PGlite) does not answer.',
    remedy: 'Nothing to do at once: Sightline retries with back-off.',
  },
  E_INTERNAL: { meaning: 'A defect in Sightline.', remedy: 'Run again with `--verbose` and report the output.' },
} as const satisfies Record<string, ErrorCodeDoc>;

/** A code of the closed list {@link errorCodes}. */
export type ErrorCode = keyof typeof errorCodes;
