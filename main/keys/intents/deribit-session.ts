import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { IntentSigner } from './intent.ts';

/** One word, so that nothing of the challenge can stand for another line of it. */
const intent = z.strictObject({
  timestamp: z.int().positive(),
  nonce: z.string().regex(/^[\x21-\x7e]{1,64}$/),
});

/** The text that is signed, with no data of its own (docs.deribit.com, "Authentication", client signature). */
function challenge({ timestamp, nonce }: z.output<typeof intent>): string {
  return `${timestamp}\n${nonce}\n`;
}

/** Opens a session at Deribit: HMAC-SHA256 of the challenge under the client secret. */
export const deribitSession: IntentSigner<'deribit-session'> = {
  kind: 'hmac-secret',
  needs: 'read',
  venues: /^deribit(-|$)/,
  // A session is opened once and renewed by tokens: more is somebody else asking.
  perMinute: 30,
  repeats: false,
  intent,
  ready: (value) => {
    const bytes = Buffer.from(challenge(value));
    return { bytes, weights: [], sign: (secret) => createHmac('sha256', secret).update(bytes).digest('hex') };
  },
};
