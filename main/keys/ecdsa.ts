import { createHmac } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { FaultError, fault } from '#shared/units/result.ts';
import { wipe } from './wipe.ts';

const { Point } = secp256k1;
const { Fn } = Point;
const BYTES = 32;
const LIMBS = BYTES / 8;

/** Of the curve secp256k1, s in the lower half, as Ethereum wants it. */
export interface CurveSignature {
  readonly r: bigint;
  readonly s: bigint;
  /** Which of the two points r stands for. */
  readonly recovery: 0 | 1;
}

/** 32 bytes, the first the most significant, as a number. The curve library's own way makes a text of them first. */
function numberOf(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, BYTES);
  let number = 0n;
  for (let limb = 0; limb < LIMBS; limb++) number = (number << 64n) | view.getBigUint64(8 * limb);
  return number;
}

function bytesOf(number: bigint): Uint8Array {
  const bytes = new Uint8Array(BYTES);
  const view = new DataView(bytes.buffer);
  for (let limb = 0; limb < LIMBS; limb++) {
    view.setBigUint64(8 * limb, BigInt.asUintN(64, number >> BigInt(64 * (LIMBS - 1 - limb))));
  }
  return bytes;
}

function secretNumber(secret: Uint8Array): bigint {
  const number = secret.length === BYTES ? numberOf(secret) : 0n;
  if (Fn.isValidNot0(number)) return number;
  throw new FaultError(fault('bad-secret', `expected a private key of ${BYTES} bytes below the order of secp256k1`));
}

/** Candidates for the number used once, HMAC-DRBG over key and hash: RFC 6979, section 3.2, with SHA-256. */
function* candidates(secret: Uint8Array, hash: bigint): Generator<bigint, never> {
  const reduced = bytesOf(hash);
  let [k, v]: [Uint8Array, Uint8Array] = [Buffer.alloc(BYTES, 0), Buffer.alloc(BYTES, 1)];
  const step = (key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => {
    const hmac = createHmac('sha256', key);
    for (const part of parts) hmac.update(part);
    return hmac.digest();
  };
  try {
    for (const round of [0, 1]) {
      k = step(k, v, Uint8Array.of(round), secret, reduced);
      v = step(k, v);
    }
    for (;;) {
      v = step(k, v);
      yield numberOf(v);
      k = step(k, v, Uint8Array.of(0));
      v = step(k, v);
    }
  } finally {
    wipe(k, v);
  }
}

/**
 * Signs a hash of 32 bytes. Deterministic: the same hash and key give the same signature. The key is read as bytes and
 * never becomes a text, which could not be wiped. Throws `bad-secret`.
 */
export function signHash(hash: Uint8Array, secret: Uint8Array): CurveSignature {
  const key = secretNumber(secret);
  const digest = Fn.create(numberOf(hash));
  for (const once of candidates(secret, digest)) {
    if (!Fn.isValidNot0(once)) continue;
    const { x, y } = Point.BASE.multiply(once).toAffine();
    const r = Fn.create(x);
    const s = Fn.mul(Fn.inv(once), Fn.create(digest + Fn.mul(r, key)));
    // Both have odds of 2⁻¹²⁸ or less, and would need a third bit for the recovery.
    if (r === 0n || s === 0n || r !== x) continue;
    const high = s > Fn.ORDER / 2n;
    const odd = (y & 1n) === 1n;
    return { r, s: high ? Fn.neg(s) : s, recovery: odd === high ? 0 : 1 };
  }
  throw new FaultError(fault('bad-secret', 'no signature was found'));
}

/** The address of a private key, lower case. Throws `bad-secret`. */
export function addressOf(secret: Uint8Array): `0x${string}` {
  const point = Point.BASE.multiply(secretNumber(secret)).toBytes(false);
  return `0x${Buffer.from(keccak_256(point.subarray(1)).subarray(-20)).toString('hex')}`;
}
