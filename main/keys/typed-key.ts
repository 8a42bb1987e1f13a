import { FaultError, fault } from '#shared/units/result.ts';
import { wipe } from './wipe.ts';

const KEY_BYTES = 32;
const [ZERO, NINE, A, F, X, LOWER] = [0x30, 0x39, 0x61, 0x66, 0x78, 0x20];

function digitOf(letter: number): number {
  if (letter >= ZERO && letter <= NINE) return letter - ZERO;
  const lower = letter | LOWER;
  return lower >= A && lower <= F ? lower - A + 10 : Number.NaN;
}

/**
 * A private key from the letters that were typed: 64 hexadecimal digits, with or without 0x before them. Wipes `typed`;
 * what it returns is the caller's to wipe. Throws `bad-secret`, which tells nothing of what was typed.
 */
export function typedKey(typed: Uint8Array): Buffer {
  const key = Buffer.alloc(KEY_BYTES);
  try {
    const start = typed[0] === ZERO && ((typed[1] ?? 0) | LOWER) === X ? 2 : 0;
    let good = typed.length === start + 2 * KEY_BYTES;
    for (let at = 0; good && at < KEY_BYTES; at++) {
      const byte = digitOf(typed[start + 2 * at] ?? 0) * 16 + digitOf(typed[start + 2 * at + 1] ?? 0);
      good = !Number.isNaN(byte);
      key[at] = byte;
    }
    if (good) return key;
    wipe(key);
    throw new FaultError(fault('bad-secret', `a private key: expected ${2 * KEY_BYTES} hexadecimal digits`));
  } finally {
    wipe(typed);
  }
}
