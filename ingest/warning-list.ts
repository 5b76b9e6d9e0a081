import type { InputWarning } from './media-reading.ts';

/** Warnings kept for the summary of an input. */
const limit = 100;

/** Collects warnings; the same kind again (numbers aside) is kept once, at its first place. */
export class WarningList {
  readonly #warnings: InputWarning[] = [];
  readonly #kinds = new Set<string>();

  /** Every kept warning, in the order they came. */
  get all(): readonly InputWarning[] {
    return this.#warnings;
  }

  /** Keeps a warning. Returns false when one of its kind is there already or the list is full. */
  add(warning: InputWarning): boolean {
    const kind = `${warning.code} ${warning.message.replace(/(reported)(?: \d+ times, the last)?/, '$1').replace(/0x[0-9a-f]+|\d+/gi, '#')}`;
    if (this.#kinds.has(kind) || this.#warnings.length >= limit) return false;
    this.#kinds.add(kind);
    this.#warnings.push(warning);
    return true;
  }
}
