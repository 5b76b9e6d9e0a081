import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** When written lines are forced to the disk: before each commit, or whenever the system does it. */
export type FsyncPolicy = 'always' | 'never';

/** How the files of one topic are kept. */
export interface JsonLinesOptions {
  folder: string;
  /** Topic name; files are `<topic>-<day>.jsonl`, then `<topic>-<day>.1.jsonl`, … */
  topic: string;
  maxFileBytes: number;
  fsync: FsyncPolicy;
  /** Files of earlier days are removed after this many days, 0 keeps them for ever. */
  keepDays: number;
}

const dayMs = 86_400_000;

/** Appends lines to one file per topic and UTC day. */
export class JsonLinesFile {
  readonly #options: JsonLinesOptions;
  #file: FileHandle | undefined;
  #day = '';
  #part = 0;
  #sizeBytes = 0;

  constructor(options: JsonLinesOptions) {
    this.#options = options;
  }

  /** Appends lines as one write; when it fails, what was written of them is cut off again, so a retry leaves no torn line. */
  async append(lines: readonly string[], nowMs: number): Promise<void> {
    const bytes = Buffer.from(`${lines.join('\n')}\n`, 'utf8');
    const file = await this.#current(nowMs, bytes.length);
    try {
      await file.appendFile(bytes);
      if (this.#options.fsync === 'always') await file.datasync();
    } catch (error) {
      await file.truncate(this.#sizeBytes).catch(() => undefined);
      await this.close();
      throw error;
    }
    this.#sizeBytes += bytes.length;
  }

  /** Closes the file; the next append opens it again. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #current(nowMs: number, moreBytes: number): Promise<FileHandle> {
    const day = new Date(nowMs).toISOString().slice(0, 10);
    if (day !== this.#day) {
      await this.close();
      this.#day = day;
      this.#part = await this.#lastPart(day);
      await this.#removeOld(nowMs);
    }
    if (this.#file !== undefined && this.#sizeBytes > 0 && this.#sizeBytes + moreBytes > this.#options.maxFileBytes) {
      await this.close();
      this.#part += 1;
    }
    this.#file ??= await this.#open();
    return this.#file;
  }

  async #open(): Promise<FileHandle> {
    const { folder, topic } = this.#options;
    await mkdir(folder, { recursive: true });
    const suffix = this.#part === 0 ? '' : `.${this.#part}`;
    const file = await open(join(folder, `${topic}-${this.#day}${suffix}.jsonl`), 'a+');
    this.#sizeBytes = await cutTornLine(file);
    return file;
  }

  async #lastPart(day: string): Promise<number> {
    const { folder, topic } = this.#options;
    const parts = (await readdir(folder).catch(() => [])).map((name) =>
      name.startsWith(`${topic}-${day}.`) ? Number(/\.(\d+)\.jsonl$/.exec(name)?.[1] ?? 0) : 0,
    );
    return Math.max(0, ...parts);
  }

  async #removeOld(nowMs: number): Promise<void> {
    const { folder, topic, keepDays } = this.#options;
    if (keepDays === 0) return;
    const oldest = new Date(nowMs - keepDays * dayMs).toISOString().slice(0, 10);
    for (const name of await readdir(folder).catch(() => [])) {
      const day = name.startsWith(`${topic}-`) ? /^(\d{4}-\d{2}-\d{2})(\.\d+)?\.jsonl$/.exec(name.slice(topic.length + 1))?.[1] : undefined;
      if (day !== undefined && day < oldest) await rm(join(folder, name), { force: true });
    }
  }
}

/** A crash can leave half a line at the end; its events come again from the bus. Returns the size of the file. */
async function cutTornLine(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const step = 65_536;
  for (let end = size; end > 0; end -= step) {
    const start = Math.max(0, end - step);
    const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    const newline = buffer.lastIndexOf(0x0a);
    if (newline < 0) continue;
    const whole = start + newline + 1;
    if (whole < size) await file.truncate(whole);
    return whole;
  }
  if (size > 0) await file.truncate(0);
  return 0;
}
