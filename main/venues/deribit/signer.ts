import type { KeyCard, SignerPort } from '#main/engine/signer-port.ts';
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
  /** Lower-case hexadecimal HMAC-SHA256 of the challenge under the client secret. */
  sign(challenge: SessionChallenge): Promise<string>;
}

/** A key of the vault as the adapter's signer. */
export function vaultSigner(port: SignerPort, key: Pick<KeyCard, 'id' | 'publicId'>): DeribitSigner {
  return { keyId: key.publicId, sign: (challenge) => port.sign(key.id, 'deribit-session', challenge) };
}
