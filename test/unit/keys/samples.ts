import type { KdfBounds } from '#main/keys/kdf.ts';

/** A derivation that costs nothing: these tests are not about it. */
export const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 } as const;
export const CHEAP_BOUNDS: KdfBounds = { least: CHEAP, most: { memoryKiB: 1024, passes: 4, lanes: 4 } };
export const PASSPHRASE = Buffer.from('a long enough passphrase');

export const CARD = {
  venue: 'deribit-sim',
  account: 'main',
  kind: 'hmac-secret',
  publicId: 'client-1',
  scopes: ['read', 'trade'],
  addedAt: 1_584_000_000_000,
} as const;
