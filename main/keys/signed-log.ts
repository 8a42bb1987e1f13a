import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { DAY, type EpochMs } from '#shared/units/time.ts';
import { isIntentType } from './intents/index.ts';
import { decimalText } from './intents/words.ts';
import type { SignedLine } from './signing.ts';

/** More than a day of orders at the engine's pace of 60 a minute. */
const TAIL_BYTES = 32 * 1024 * 1024;

const signedLine = z.object({
  at: z.int(),
  key: z.string(),
  venue: z.string(),
  type: z.string().refine(isIntentType),
  digest: z.string(),
  usd: decimalText,
  tokens: z.array(z.object({ token: z.string(), quantity: decimalText })).optional(),
  once: z.string().optional(),
});

function tailOf(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const read = readSync(handle, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, read);
  } finally {
    closeSync(handle);
  }
}

/** A line that is not whole was being written when the machine stopped: its signature never left. */
function lineOf(text: string): readonly SignedLine[] {
  try {
    const read = signedLine.safeParse(JSON.parse(text));
    return read.success ? [read.data] : [];
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return [];
    throw thrown;
  }
}

/** What was signed, one line of JSON each, beside the vault. `earlier`: what it holds of the 24 hours before `now`. */
export function openSignedLog(
  file: string,
  now: EpochMs,
): { readonly record: (line: SignedLine) => void; readonly earlier: readonly SignedLine[] } {
  const text = existsSync(file) ? tailOf(file) : '';
  const earlier = text.split('\n').flatMap(lineOf);
  // A torn last line would swallow the next one.
  let start = text === '' || text.endsWith('\n') ? '' : '\n';
  return {
    earlier: earlier.filter(({ at }) => now - at < DAY),
    record: (line) => {
      appendFileSync(file, `${start}${JSON.stringify(line)}\n`, { mode: 0o600 });
      start = '';
    },
  };
}
