import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** AES-256-GCM's output, base64: the nonce it was made with, and the ciphertext with its 16-byte tag behind it. */
export interface Sealed {
  readonly nonce: string;
  readonly sealed: string;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts under a fresh random nonce. `bound` is not encrypted, and opening fails unless it is given again unchanged. */
export function seal(key: Uint8Array, secret: Uint8Array, bound: string): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(Buffer.from(bound));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  return { nonce: nonce.toString('base64'), sealed: sealed.toString('base64') };
}

/** What was sealed, the caller's to wipe; null when key, `bound` or any bit of it is not the one it was sealed with. */
export function unseal(key: Uint8Array, { nonce, sealed }: Sealed, bound: string): Buffer | null {
  const bytes = Buffer.from(sealed, 'base64');
  const words = Buffer.from(nonce, 'base64');
  if (bytes.length < TAG_BYTES || words.length !== NONCE_BYTES) return null;
  const opener = createDecipheriv(CIPHER, key, words, { authTagLength: TAG_BYTES });
  opener.setAAD(Buffer.from(bound));
  opener.setAuthTag(bytes.subarray(-TAG_BYTES));
  const opened = opener.update(bytes.subarray(0, -TAG_BYTES));
  try {
    opener.final();
    return opened;
  } catch {
    // The tag does not fit: nothing of what was deciphered may be looked at.
    opened.fill(0);
    return null;
  }
}
