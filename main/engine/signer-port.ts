import type { AccountId, VenueId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** What a key is: the secret of a venue's HMAC signature, or the private key of a secp256k1 address. */
export type KeyKind = 'hmac-secret' | 'secp256k1';

/** What the venue lets a key do. `withdraw` is refused unless the trader insists. */
export type KeyScope = 'read' | 'trade' | 'transfer' | 'withdraw';

/** All that is known of a key outside the signer. The secret has no representation in any type but the signer's own. */
export interface KeyCard {
  /** Ours, random: names the record in the vault. */
  readonly id: string;
  readonly venue: VenueId;
  /** The account of the book that the key acts for. */
  readonly account: AccountId;
  readonly kind: KeyKind;
  /** The public half: an API key's client id, or an address. */
  readonly publicId: string;
  readonly scopes: readonly KeyScope[];
  readonly addedAt: EpochMs;
}

/**
 * Everything that can be signed, each with what it is signed from and what comes back. An intent says what is meant;
 * the signer builds the bytes from it, after its own checks. A venue that signs otherwise adds an entry here and a file
 * in main/keys/intents/.
 */
export interface Signing {
  /** Opening a session at Deribit; answers the lower-case hexadecimal HMAC of the challenge. */
  readonly 'deribit-session': {
    readonly intent: { readonly timestamp: EpochMs; readonly nonce: string };
    readonly signature: string;
  };
}

export type IntentType = keyof Signing;

/**
 * The signer as venues see it. Rejects with a FaultError: `signer-locked` while no vault is open, `unknown-key`,
 * `intent-refused` where the signer's own checks say no, `signer-gone` when its process ended before it answered.
 */
export interface SignerPort {
  sign<T extends IntentType>(key: string, type: T, intent: Signing[T]['intent']): Promise<Signing[T]['signature']>;
}
