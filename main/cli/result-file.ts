import { closeSync, mkdtempSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { toFault } from '#shared/units/result.ts';
import { usageFault } from './command.ts';

/** Results for standard output stay in memory up to this many characters, then go to a temporary file. */
const IN_MEMORY = 1 << 24;
const PIECE = 1 << 18;

/**
 * Where a command's result goes: nothing is seen of it before {@link commit}. A file is written beside its final name
 * and renamed; standard output gets nothing until the whole result is known to be good.
 */
export class ResultFile {
  /** Null or "-": standard output. */
  readonly #target: string | null;
  #pieces: string[] = [];
  #characters = 0;
  #draft: { readonly path: string; readonly folder: string | null; readonly descriptor: number } | null = null;

  constructor(target: string | null) {
    this.#target = target === '-' ? null : target;
    if (this.#target !== null) this.#open();
  }

  write(text: string): void {
    this.#pieces.push(text);
    this.#characters += text.length;
    if (this.#characters < (this.#draft ? PIECE : IN_MEMORY)) return;
    if (!this.#draft) this.#open();
    this.#flush();
  }

  /** The result is complete: shows it. */
  async commit(): Promise<void> {
    if (this.#draft) this.#flush();
    if (this.#target === null) {
      for (const piece of this.#written()) if (!(await toStandardOutput(piece))) break;
    } else if (this.#draft) {
      closeSync(this.#draft.descriptor);
      const { path } = this.#draft;
      this.#draft = null;
      this.#attempt(() => renameSync(path, this.#target ?? path));
    }
    this.discard();
  }

  /** Leaves nothing behind; after {@link commit} there is nothing left to do. */
  discard(): void {
    this.#pieces = [];
    if (!this.#draft) return;
    const { path, folder, descriptor } = this.#draft;
    this.#draft = null;
    closeSync(descriptor);
    rmSync(folder ?? path, { recursive: true, force: true });
  }

  #open(): void {
    const folder = this.#target === null ? mkdtempSync(join(tmpdir(), 'keel-')) : null;
    const path =
      folder === null
        ? join(dirname(this.#target ?? ''), `.${basename(this.#target ?? '')}.${process.pid}.part`)
        : join(folder, 'result');
    this.#draft = this.#attempt(() => ({ path, folder, descriptor: openSync(path, 'w+') }));
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pieces.join(''), 'utf8');
    this.#pieces = [];
    this.#characters = 0;
    const descriptor = this.#draft?.descriptor;
    if (descriptor === undefined) return;
    this.#attempt(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    });
  }

  /** The result in pieces; each holds until the next is asked for. */
  *#written(): Generator<string | Buffer> {
    if (!this.#draft) {
      yield this.#pieces.join('');
      return;
    }
    const { descriptor } = this.#draft;
    const piece = Buffer.alloc(PIECE);
    for (let at = 0; ; ) {
      const read = readSync(descriptor, piece, 0, PIECE, at);
      if (read === 0) return;
      at += read;
      yield piece.subarray(0, read);
    }
  }

  #attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (thrown) {
      throw usageFault(`${this.#target ?? 'the result'} cannot be written: ${toFault(thrown).message}`);
    }
  }
}

/** False once nobody reads any more, as after `| head`. */
function toStandardOutput(piece: string | Buffer): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const closed = (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? resolve(false) : reject(error));
    process.stdout.once('error', closed);
    process.stdout.write(piece, (error) => {
      if (error) return closed(error);
      process.stdout.off('error', closed);
      resolve(true);
    });
  });
}
