import type { ClientOrderId } from '#shared/units/ids.ts';

/**
 * Hyperliquid's client order ids are 16 bytes. Ours are short texts of small letters, digits and hyphens: they fit, one
 * digit to base 38 per character with the first the most significant, so that an id is told from the wire alone, also
 * after a restart. 38^24 is less than 2^128.
 */
const ALPHABET = '-0123456789abcdefghijklmnopqrstuvwxyz';
const BASE = BigInt(ALPHABET.length + 1);
export const ID_MOST = 24;
const BYTES = 16;

/** The 16 bytes of an id in hexadecimal; null for an id that does not fit. */
export function cloidOf(id: ClientOrderId): `0x${string}` | null {
  if (!/^[-0-9a-z]+$/.test(id) || id.length > ID_MOST) return null;
  let number = 0n;
  for (const character of id) number = number * BASE + BigInt(ALPHABET.indexOf(character) + 1);
  return `0x${number.toString(16).padStart(2 * BYTES, '0')}`;
}

/** The id that 16 bytes stand for; null for those that no id of ours makes. */
export function idOf(cloid: string): ClientOrderId | null {
  let number = BigInt(cloid);
  let id = '';
  for (; number > 0n && id.length <= ID_MOST; number /= BASE) {
    const character = ALPHABET[Number(number % BASE) - 1];
    if (character === undefined) return null;
    id = character + id;
  }
  return id !== '' && cloidOf(id) === cloid ? id : null;
}
