import { z } from 'zod';
import { lendSecret } from '#main/keys/lent-secret.ts';
import type { IntentSigner } from './intent.ts';

/**
 * The secret itself, sealed for one process: ccxt signs by itself and asks for the key. Only keys of venues that are
 * reached through it leave the signer, and each process has a recipient of its own.
 */
export const ccxtLoan: IntentSigner<'ccxt-loan'> = {
  kind: 'hmac-secret',
  needs: 'trade',
  venues: /^(okx|bybit|binance|paradex)(-|$)/,
  // A process is started once, and again after a crash: more is somebody else asking.
  perMinute: 6,
  repeats: false,
  intent: z.strictObject({ recipient: z.string().regex(/^[0-9a-f]{64}$/) }),
  ready: ({ recipient }) => ({
    bytes: Buffer.from(recipient, 'hex'),
    weights: [],
    sign: (secret) => lendSecret(recipient, secret),
  }),
};
