/** Lets at most `count` tasks run at once; the others wait their turn, first come first served. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  #free: number;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
    this.#free = count;
  }

  /** Runs the task when a slot is free. */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  /** Resolves when everything that runs or waits now is done. */
  async idle(): Promise<void> {
    await Promise.all(Array.from({ length: this.#count }, async () => await this.run(async () => undefined)));
  }
}
