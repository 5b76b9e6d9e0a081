import type { InputWarning } from './media-reading.ts';

/** Warnings kept for the summary of an input. */
const limit = 100;

/** Collects warnings; the same kind again (numbers aside) is counted at its first place. */
export class WarningList {
  readonly #warnings = new Map<string, { warning: InputWarning; count: number }>();
  #repeated = 0;

  /** Every kept warning, in the order they came first; how often is said in the message. */
  get all(): readonly InputWarning[] {
    return [...this.#warnings.values()].map(({ warning, count }) =>
      count === 1 ? warning : { ...warning, message: `${warning.message.replace(/\.$/, '')} (${String(count)} times).` },
    );
  }

  /** Keeps a warning that came `count` times. Returns true when it is the first of its kind and there was room for it. */
  add(warning: InputWarning, count = 1): boolean {
    const kind = `${warning.code} ${warning.message.replace(/0x[0-9a-f]+|\d+/gi, '#')}`;
    const known = this.#warnings.get(kind);
    if (known !== undefined) known.count += count;
    if (known !== undefined || this.#warnings.size >= limit) {
      this.#repeated += count;
      return false;
    }
    this.#warnings.set(kind, { warning, count });
    return true;
  }

  /** Warnings that were counted and not kept since the last call. */
  takeRepeated(): number {
    const repeated = this.#repeated;
    this.#repeated = 0;
    return repeated;
  }
}
