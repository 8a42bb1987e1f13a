import { readSync } from 'node:fs';
import { wipe } from '#main/keys/wipe.ts';
import { usageFault } from './command.ts';

const SECRET_MOST = 4096;
const [NEWLINE, RETURN, BACKSPACE, DELETE, INTERRUPT, END] = [10, 13, 8, 127, 3, 4];

/** Asks for secrets: at a terminal without echo, else line by line from standard input. As bytes, never as a string. */
export interface SecretInput {
  /** The caller's to wipe. Throws a usage fault where the input ends before a line. */
  ask(prompt: string): Promise<Uint8Array>;
  /** At a terminal, what is asked for twice because it cannot be seen. */
  readonly twice: boolean;
}

function taken(bytes: Buffer, length: number): Uint8Array {
  const secret = Buffer.from(bytes.subarray(0, length));
  wipe(bytes);
  return secret;
}

/** One line without its end, byte by byte: nothing of the next line is read, and nothing is kept elsewhere. */
function nextLine(what: string): Uint8Array {
  const line = Buffer.alloc(SECRET_MOST);
  const one = Buffer.alloc(1);
  let length = 0;
  for (;;) {
    const read = readSync(0, one, 0, 1, null);
    if (read === 0 && length === 0) throw usageFault(`standard input ended where the ${what} was expected`);
    if (read === 0 || one[0] === NEWLINE) return taken(line, line[length - 1] === RETURN ? length - 1 : length);
    if (length === SECRET_MOST) throw usageFault(`${what}: expected at most ${SECRET_MOST} bytes`);
    line[length] = one[0] ?? 0;
    length += 1;
  }
}

function typed(prompt: string): Promise<Uint8Array> {
  const { stdin, stderr } = process;
  const line = Buffer.alloc(SECRET_MOST);
  let length = 0;
  // First the echo goes, then the question is asked: who answers at once is not shown either.
  stdin.setRawMode(true);
  stderr.write(`${prompt}: `);
  return new Promise((resolve, reject) => {
    const end = (act: () => void): void => {
      stdin.setRawMode(false);
      stdin.pause();
      stdin.off('data', take);
      stderr.write('\n');
      act();
    };
    const press = (byte: number): void => {
      if (byte === RETURN || byte === NEWLINE || byte === END) end(() => resolve(taken(line, length)));
      else if (byte === INTERRUPT) end(() => reject(usageFault('interrupted')));
      else if (byte === BACKSPACE || byte === DELETE) length = Math.max(length - 1, 0);
      else if (length < SECRET_MOST) {
        line[length] = byte;
        length += 1;
      }
    };
    const take = (chunk: Buffer): void => {
      for (const byte of chunk) press(byte);
      wipe(chunk);
    };
    stdin.on('data', take).resume();
  });
}

export function secretInput(): SecretInput {
  if (process.stdin.isTTY) return { ask: typed, twice: true };
  return { ask: async (prompt) => nextLine(prompt), twice: false };
}
