import { argon2id } from 'hash-wasm';
import { FaultError, fault } from '#shared/units/result.ts';
import type { DurationMs } from '#shared/units/time.ts';

/** What argon2id is asked to cost; stored with the vault so that it can be raised. */
export interface KdfCost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** Costs a stored vault may ask for: beyond them the file is refused before anything is computed. */
export interface KdfBounds {
  readonly least: KdfCost;
  readonly most: KdfCost;
}

/** OWASP's least (Password Storage Cheat Sheet), and what a desktop can still spare. */
export const KDF_BOUNDS: KdfBounds = {
  least: { memoryKiB: 19 * 1024, passes: 2, lanes: 1 },
  most: { memoryKiB: 1024 * 1024, passes: 64, lanes: 16 },
};

/** What a vault is made with at least, and raised to when it is opened: RFC 9106's second recommendation. */
export const KDF_WANTED: KdfCost = { memoryKiB: 64 * 1024, passes: 3, lanes: 4 };

/** A guess at the passphrase should cost at least this long on the machine the vault was made on. */
const TARGET: DurationMs = 500;
/** Memory is raised to this before passes are: it is what a guesser's hardware lacks. */
const AMPLE_KIB = 256 * 1024;
const KEY_BYTES = 32;

/** Test vector of the reference implementation (phc-winner-argon2, src/test.c: argon2id, version 0x13, t 2, m 2^8, p 2). */
const PROOF = {
  cost: { memoryKiB: 256, passes: 2, lanes: 2 },
  passphrase: 'password',
  salt: 'somesalt',
  key: '6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037',
} as const;

/** Argon2id over the passphrase; 32 bytes that are the caller's to wipe. Throws `kdf-cost` for a cost out of bounds. */
export async function deriveKey(
  passphrase: Uint8Array,
  salt: Uint8Array,
  cost: KdfCost,
  bounds: KdfBounds = KDF_BOUNDS,
): Promise<Uint8Array> {
  for (const name of ['memoryKiB', 'passes', 'lanes'] as const) {
    const [least, most, was] = [bounds.least[name], bounds.most[name], cost[name]];
    if (Number.isInteger(was) && was >= least && was <= most) continue;
    throw new FaultError(fault('kdf-cost', `key derivation: expected ${name} from ${least} to ${most}, was ${was}`));
  }
  return argon2id({
    password: passphrase,
    salt,
    memorySize: cost.memoryKiB,
    iterations: cost.passes,
    parallelism: cost.lanes,
    hashLength: KEY_BYTES,
    outputType: 'binary',
  });
}

/** Throws `kdf-broken` when argon2id does not compute here what it computes everywhere else. */
export async function proveKdf(): Promise<void> {
  const { cost, passphrase, salt, key } = PROOF;
  const bounds = { least: cost, most: cost };
  const found = Buffer.from(await deriveKey(Buffer.from(passphrase), Buffer.from(salt), cost, bounds)).toString('hex');
  if (found === key) return;
  throw new FaultError(fault('kdf-broken', `argon2id does not work on this machine: expected ${key}, was ${found}`));
}

/** The cost with whatever is below `wanted` raised to it; null where nothing is. */
export function raisedCost(cost: KdfCost, wanted: KdfCost): KdfCost | null {
  const { memoryKiB, passes, lanes } = wanted;
  if (cost.memoryKiB >= memoryKiB && cost.passes >= passes && cost.lanes >= lanes) return null;
  return {
    memoryKiB: Math.max(cost.memoryKiB, memoryKiB),
    passes: Math.max(cost.passes, passes),
    lanes: Math.max(cost.lanes, lanes),
  };
}

/** The cost at which one derivation takes at least {@link TARGET} here. `now` is a monotonic clock in ms. */
export async function tuneKdf(
  now: () => number,
  bounds: KdfBounds = KDF_BOUNDS,
  wanted: KdfCost = KDF_WANTED,
): Promise<KdfCost> {
  const took = async (cost: KdfCost): Promise<DurationMs> => {
    const from = now();
    await deriveKey(Buffer.from(PROOF.passphrase), Buffer.from(PROOF.salt), cost, bounds);
    return Math.max(now() - from, 1);
  };
  let cost = wanted;
  let spent = await took(cost);
  while (spent < TARGET && cost.memoryKiB * 2 <= Math.min(AMPLE_KIB, bounds.most.memoryKiB)) {
    cost = { ...cost, memoryKiB: cost.memoryKiB * 2 };
    spent = await took(cost);
  }
  const passes = Math.ceil((cost.passes * TARGET) / spent);
  return { ...cost, passes: Math.min(Math.max(passes, cost.passes), bounds.most.passes) };
}
