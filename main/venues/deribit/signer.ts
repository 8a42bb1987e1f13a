import { createHmac } from 'node:crypto';
import type { EpochMs } from '#shared/units/time.ts';

/** What is signed to open a session: the venue's time and a word used once. */
export interface SessionChallenge {
  readonly timestamp: EpochMs;
  readonly nonce: string;
}

/** Who signs. The key stays with the signer; the adapter sees its public id and signatures. */
export interface DeribitSigner {
  /** The client id of the API key. */
  readonly keyId: string;
  /** Lower-case hexadecimal signature of {@link challengeText}. */
  sign(challenge: SessionChallenge): Promise<string>;
}

/** The text that is signed, with no data of its own (docs.deribit.com, "Authentication", client signature). */
function challengeText({ timestamp, nonce }: SessionChallenge): string {
  return `${timestamp}\n${nonce}\n`;
}

/** HMAC-SHA256 of the challenge under the client secret. The secret is bytes and stays the caller's to wipe. */
export function sessionSignature(secret: Uint8Array, challenge: SessionChallenge): string {
  return createHmac('sha256', secret).update(challengeText(challenge)).digest('hex');
}
