import { InvariantError, messageOf } from '../errors/app-error.ts';

/** Rows of JSON-lines output. @throws InvariantError `E_INTERNAL` when a line is not JSON */
export function rowsOf<Row>(output: Buffer): Row[] {
  const text = output.toString('utf8');
  try {
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row);
  } catch (error) {
    throw new InvariantError('E_INTERNAL', `The engine answered with something that is not JSON: ${messageOf(error)}`, { cause: error });
  }
}
