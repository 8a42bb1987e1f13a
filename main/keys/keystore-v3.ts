import { createCipheriv, createDecipheriv, pbkdf2, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { keccak, scrypt } from 'hash-wasm';
import { z } from 'zod';
import { readJson } from '#shared/units/reading.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { addressOf } from './ecdsa.ts';
import { wipe } from './wipe.ts';

const CIPHER = 'aes-128-ctr';
const DERIVED_BYTES = 32;
/** A private key of secp256k1. */
const SECRET_BYTES = 32;
/** Memory that a keystore's scrypt may ask for; geth's own asks for 256 MiB. */
const MEMORY_MOST = 1024 * 1024 * 1024;

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`, 'i'));
const salt = z
  .string()
  .regex(/^([0-9a-f]{2}){1,64}$/i)
  .transform((text) => Buffer.from(text, 'hex'));

const scryptTerms = z.object({
  dklen: z.literal(DERIVED_BYTES),
  n: z
    .int()
    .min(2)
    .max(2 ** 21),
  r: z.int().min(1).max(32),
  p: z.int().min(1).max(32),
  salt,
});
const pbkdf2Terms = z.object({
  dklen: z.literal(DERIVED_BYTES),
  c: z.int().min(1).max(10_000_000),
  prf: z.literal('hmac-sha256'),
  salt,
});
const sealed = {
  cipher: z.literal(CIPHER),
  cipherparams: z.object({ iv: hex(16) }),
  ciphertext: hex(SECRET_BYTES),
  mac: hex(32),
};
const keystore = z.object({
  version: z.literal(3),
  address: z
    .string()
    .regex(/^(0x)?[0-9a-f]{40}$/i)
    .optional(),
  crypto: z.discriminatedUnion('kdf', [
    z.object({ kdf: z.literal('scrypt'), kdfparams: scryptTerms, ...sealed }),
    z.object({ kdf: z.literal('pbkdf2'), kdfparams: pbkdf2Terms, ...sealed }),
  ]),
});
type Crypto = z.output<typeof keystore>['crypto'];

/** Scrypt as geth makes it. */
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

const SCRYPT_COST: ScryptCost = { n: 2 ** 18, r: 8, p: 1 };

const runPbkdf2 = promisify(pbkdf2);

/** By WebAssembly: OpenSSL refuses n of 2^16 and more with r of 1, which the definition's own example has. */
async function runScrypt(passphrase: Uint8Array, salt: Uint8Array, { n, r, p }: ScryptCost): Promise<Uint8Array> {
  if (128 * r * (n + p) > MEMORY_MOST || (n & (n - 1)) !== 0) {
    const message = `keystore: expected scrypt with n a power of two in at most ${MEMORY_MOST} bytes, was n ${n}, r ${r}, p ${p}`;
    throw new FaultError(fault('kdf-cost', message));
  }
  const cost = { costFactor: n, blockSize: r, parallelism: p };
  return scrypt({ password: passphrase, salt, ...cost, hashLength: DERIVED_BYTES, outputType: 'binary' });
}

function derive(passphrase: Uint8Array, crypto: Crypto): Promise<Uint8Array> {
  if (crypto.kdf === 'scrypt') return runScrypt(passphrase, crypto.kdfparams.salt, crypto.kdfparams);
  return runPbkdf2(passphrase, crypto.kdfparams.salt, crypto.kdfparams.c, DERIVED_BYTES, 'sha256');
}

/** Keccak-256 of the second half of the derived key and the ciphertext (Web3 Secret Storage Definition, version 3). */
async function macOf(derived: Uint8Array, ciphertext: Uint8Array): Promise<Buffer> {
  const body = Buffer.concat([derived.subarray(16, 32), ciphertext]);
  try {
    return Buffer.from(await keccak(body, 256), 'hex');
  } finally {
    wipe(body);
  }
}

/**
 * Opens a Web3 Secret Storage file of version 3, as geth and Foundry's `cast` write it. The private key is the caller's
 * to wipe. Throws `damaged-file`, `kdf-cost`, and `wrong-passphrase`, which this format cannot tell from damage.
 */
export async function openKeystore(text: string, name: string, passphrase: Uint8Array): Promise<Buffer> {
  const { crypto, address } = readJson(keystore, text, name);
  const ciphertext = Buffer.from(crypto.ciphertext, 'hex');
  const derived = await derive(passphrase, crypto);
  try {
    if (!timingSafeEqual(await macOf(derived, ciphertext), Buffer.from(crypto.mac, 'hex'))) {
      throw new FaultError(fault('wrong-passphrase', `the passphrase does not open ${name}, or it is damaged`));
    }
    const opener = createDecipheriv(CIPHER, derived.subarray(0, 16), Buffer.from(crypto.cipherparams.iv, 'hex'));
    const secret = opener.update(ciphertext);
    const [told, found] = [address?.replace(/^0x/i, '').toLowerCase(), addressOf(secret).slice(2)];
    if (told === undefined || told === found) return secret;
    wipe(secret);
    throw new FaultError(
      fault('damaged-file', `${name}, address: expected that of the key in it, 0x${found}, was 0x${told}`),
    );
  } finally {
    wipe(derived);
  }
}

/** Writes a private key as a Web3 Secret Storage file of version 3. Key and passphrase stay the caller's to wipe. */
export async function writeKeystore(
  secret: Uint8Array,
  address: string,
  passphrase: Uint8Array,
  cost: ScryptCost = SCRYPT_COST,
): Promise<string> {
  const [salt, iv] = [randomBytes(32), randomBytes(16)];
  const derived = await runScrypt(passphrase, salt, cost);
  try {
    const cipher = createCipheriv(CIPHER, derived.subarray(0, 16), iv);
    const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
    const mac = await macOf(derived, ciphertext);
    const file = {
      version: 3,
      id: randomUUID(),
      address: address.replace(/^0x/i, '').toLowerCase(),
      crypto: {
        cipher: CIPHER,
        cipherparams: { iv: iv.toString('hex') },
        ciphertext: ciphertext.toString('hex'),
        kdf: 'scrypt',
        kdfparams: { dklen: DERIVED_BYTES, ...cost, salt: salt.toString('hex') },
        mac: mac.toString('hex'),
      },
    };
    return `${JSON.stringify(file, null, 2)}\n`;
  } finally {
    wipe(derived);
  }
}
