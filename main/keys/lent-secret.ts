import { createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, type KeyObject } from 'node:crypto';
import { FaultError, fault } from '#shared/units/result.ts';
import { type Sealed, seal, unseal } from './seal.ts';
import { wipe } from './wipe.ts';

/** What stands before the 32 bytes of an X25519 key in its DER form (RFC 8410). */
const DER_HEAD = Buffer.from('302a300506032b656e032100', 'hex');
const KEY_BYTES = 32;
const PURPOSE = 'keel lent secret';

/** A secret that only one process can read: the lender's public key of this once, and what is sealed under both. */
export interface LentSecret extends Sealed {
  readonly lender: string;
}

function publicKeyOf(hex: string): KeyObject {
  const raw = Buffer.from(hex, 'hex');
  if (raw.length === KEY_BYTES) {
    return createPublicKey({ key: Buffer.concat([DER_HEAD, raw]), format: 'der', type: 'spki' });
  }
  throw new FaultError(fault('bad-recipient', `expected an X25519 key of ${KEY_BYTES} bytes, hexadecimal`));
}

function hexOf(key: KeyObject): string {
  return key.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES).toString('hex');
}

/** The key both sides come to: X25519, then HKDF-SHA256 bound to both public keys. The caller's to wipe. */
function sharedKey(own: KeyObject, other: KeyObject, bound: string): Uint8Array {
  const secret = diffieHellman({ privateKey: own, publicKey: other });
  const key = new Uint8Array(hkdfSync('sha256', secret, bound, PURPOSE, KEY_BYTES));
  wipe(secret);
  return key;
}

/** Seals `secret` for who holds the private key of `recipient`, with a key of this once. Throws `bad-recipient`. */
export function lendSecret(recipient: string, secret: Uint8Array): LentSecret {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const lender = hexOf(publicKey);
  const key = sharedKey(privateKey, publicKeyOf(recipient), `${lender} ${recipient}`);
  try {
    return { lender, ...seal(key, secret, PURPOSE) };
  } finally {
    wipe(key);
  }
}

export interface Borrower {
  /** What is told to the lender. */
  readonly recipient: string;
  /** The secret, the caller's to wipe. Throws `not-lent` for what was not sealed for this one. */
  open(lent: LentSecret): Buffer;
}

export function createBorrower(): Borrower {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const recipient = hexOf(publicKey);
  return {
    recipient,
    open: ({ lender, ...sealed }) => {
      const key = sharedKey(privateKey, publicKeyOf(lender), `${lender} ${recipient}`);
      const secret = unseal(key, sealed, PURPOSE);
      wipe(key);
      if (secret !== null) return secret;
      throw new FaultError(fault('not-lent', 'the secret was not sealed for this process'));
    },
  };
}
