import { z } from 'zod';
import { keyLimits } from './vault-file.ts';

const text = z.string().min(1).max(200);
const card = z.strictObject({
  venue: text,
  account: text,
  kind: z.enum(['hmac-secret', 'secp256k1']),
  publicId: text,
  scopes: z.array(z.enum(['read', 'trade', 'transfer', 'withdraw'])).max(4),
  addedAt: z.int(),
  limits: keyLimits.optional(),
});

/** Everything the signer can be asked. The secret beside it is a passphrase, or what is to be stored. */
export const signerRequest = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('create'), idleMs: z.int().positive().nullable() }),
  z.strictObject({ ask: z.literal('unlock'), idleMs: z.int().positive().nullable() }),
  z.strictObject({ ask: z.literal('touch') }),
  z.strictObject({ ask: z.literal('lock') }),
  z.strictObject({ ask: z.literal('passphrase') }),
  z.strictObject({ ask: z.literal('remember') }),
  z.strictObject({ ask: z.literal('open-remembered'), idleMs: z.int().positive().nullable() }),
  z.strictObject({ ask: z.literal('write-recovery'), file: z.string().min(1) }),
  z.strictObject({ ask: z.literal('recover'), file: z.string().min(1), idleMs: z.int().positive().nullable() }),
  z.strictObject({ ask: z.literal('add'), card }),
  z.strictObject({ ask: z.literal('remove'), key: text }),
  z.strictObject({ ask: z.literal('limit'), key: text, limits: keyLimits }),
  z.strictObject({ ask: z.literal('sign'), key: text, type: text, intent: z.unknown() }),
  // The address is the key's own unless it is told, and then it must be.
  z.strictObject({
    ask: z.literal('import'),
    card: card.extend({ publicId: text.nullable() }),
    name: text,
    keystore: z.string().max(100_000),
  }),
  z.strictObject({ ask: z.literal('export'), key: text }),
]);
export type SignerRequest = z.output<typeof signerRequest>;

/** An answer to one question, or the last word: the vault is locked and why. */
export const signerAnswer = z.union([
  z.object({ id: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.object({ id: z.int(), ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
  z.object({ locked: z.string() }),
]);
