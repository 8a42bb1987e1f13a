import { z } from 'zod';

const HERE = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Whether an address is on this machine. */
export function isHere(text: string): boolean {
  return HERE.has(new URL(text).hostname);
}

/** Addresses in the encrypted form of a protocol, or in the other one on this machine. */
function address(plain: 'ws' | 'http') {
  return z
    .url({ protocol: new RegExp(`^${plain}s?$`) })
    .refine(
      (text) => text.startsWith(`${plain}s:`) || isHere(text),
      `expected a ${plain}s address, or ${plain} on this machine`,
    );
}

export const socketUrl = address('ws');
export const httpUrl = address('http');

export const word = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/);

/** A public address of a chain, 20 bytes. */
export const hexAddress = z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{40}$/)]);

export const coins = z
  .array(z.string().regex(/^[A-Z]{2,10}$/))
  .min(1)
  .max(20);

/** What every venue of a profile has. The key is looked up in the vault by the venue and the account's id. */
export const common = {
  /** Id of the venue in the book. */
  venue: word,
  account: z.strictObject({ id: word, name: z.string().min(1).max(60) }),
  /** Requests wait for the venue's credits; a simulator has no limits. */
  paced: z.boolean().default(true),
};
