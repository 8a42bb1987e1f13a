import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { KeyCard } from '#main/engine/signer-port.ts';
import { type Decimal, sign } from '#shared/units/decimal.ts';
import { readJson } from '#shared/units/reading.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import { addressText, decimalText } from './intents/words.ts';
import type { KdfCost } from './kdf.ts';
import type { Sealed } from './seal.ts';

const FORMAT = 'keel-vault';
export const VAULT_VERSION = 1;

/** One key: its card in the clear, its secret sealed. */
export interface VaultRecord extends KeyCard, Sealed {
  readonly checksum: string;
}

/** What is known before the passphrase is: how to derive the key that the data key is sealed under. */
export interface VaultHead {
  readonly id: string;
  readonly kdf: KdfCost & { readonly name: 'argon2id'; readonly salt: string };
  readonly dataKey: Sealed;
}

export interface VaultFile extends VaultHead {
  readonly format: typeof FORMAT;
  readonly version: typeof VAULT_VERSION;
  /** Grows with every save: a writer that read an older one is refused. */
  readonly generation: number;
  readonly records: readonly VaultRecord[];
  /** Of everything above, records apart, which have their own: tells damage from a wrong passphrase. */
  readonly checksum: string;
  /** HMAC of the whole file under a key derived from the data key: no record can be taken out, put back or exchanged. */
  readonly signature: string;
}

const base64 = z.base64().max(16_384);
const count = z
  .int()
  .min(0)
  .max(2 ** 31);
const shortText = z.string().min(1).max(200);
const sealed = { nonce: base64, sealed: base64 };
const isAmount = (text: Decimal): boolean => sign(text) >= 0;
const scope = z.enum(['read', 'trade', 'transfer', 'withdraw']);

const tokenLimit = z.strictObject({
  token: addressText,
  symbol: z.string().min(1).max(20),
  decimals: z.int().min(0).max(36),
  perTransaction: decimalText.refine(isAmount, 'expected 0 or more'),
  perDay: decimalText.refine(isAmount, 'expected 0 or more'),
});

/** What a key may do beyond its rights, as it is stored and asked for. */
export const keyLimits = z.strictObject({
  perOrderUsd: z.number().nonnegative(),
  perDayUsd: z.number().nonnegative(),
  only: z.array(shortText).max(200).readonly().nullable(),
  confirmUsd: z.number().nonnegative().optional(),
  tokens: z.array(tokenLimit).max(100).readonly().optional(),
});

const recordSchema = z.strictObject({
  id: shortText,
  venue: shortText,
  account: shortText,
  kind: z.enum(['hmac-secret', 'secp256k1']),
  publicId: shortText,
  scopes: z.array(scope).max(8),
  addedAt: z.int(),
  limits: keyLimits.optional(),
  raise: z.strictObject({ from: z.int(), limits: keyLimits }).optional(),
  ...sealed,
  checksum: base64,
});

const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VAULT_VERSION),
  id: shortText,
  generation: count,
  kdf: z.strictObject({
    name: z.literal('argon2id'),
    memoryKiB: count,
    passes: count,
    lanes: count,
    salt: base64,
  }),
  dataKey: z.strictObject(sealed),
  records: z.array(recordSchema).max(500),
  checksum: base64,
  signature: base64,
});

const versionSchema = z.object({ format: z.literal(FORMAT), version: z.int() });

type Unsigned = Omit<VaultFile, 'checksum' | 'signature'>;

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64');
}

export function recordChecksum({
  checksum: _,
  ...record
}: Omit<VaultRecord, 'checksum'> & { checksum?: string }): string {
  return digest(record);
}

function headChecksum({ format, version, id, generation, kdf, dataKey }: Unsigned): string {
  return digest({ format, version, id, generation, kdf, dataKey });
}

/** The whole of a vault as the signature covers it. */
export function signedText({ signature: _, ...rest }: Omit<VaultFile, 'signature'> & { signature?: string }): string {
  return JSON.stringify(rest);
}

export function withChecksum(
  head: VaultHead,
  generation: number,
  records: readonly VaultRecord[],
): Omit<VaultFile, 'signature'> {
  const { id, kdf, dataKey } = head;
  const body: Unsigned = { format: FORMAT, version: VAULT_VERSION, id, generation, kdf, dataKey, records };
  return { ...body, checksum: headChecksum(body) };
}

/** A vault has exactly one text: what differs from it in a single bit is not this vault. */
export function vaultText(file: VaultFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

export function damagedVault(name: string, part: string): Fault {
  return fault('vault-damaged', `${name} is damaged: ${part}; the save before it is ${name}.previous`, {
    file: name,
    part,
  });
}

function cannotBe(name: string, thrown: unknown): FaultError {
  const why = thrown instanceof FaultError ? thrown.fault.message.replace(`${name}, `, '') : String(thrown);
  return new FaultError(damagedVault(name, why), { cause: thrown });
}

/**
 * Reads a vault without opening it. Throws `vault-newer` for a version of a later Keel, and `vault-damaged`, which names
 * file and record, for whatever differs from what was written.
 */
export function readVault(bytes: Uint8Array, name: string): VaultFile {
  const text = Buffer.from(bytes).toString('utf8');
  let file: VaultFile;
  try {
    const version = versionSchema.safeParse(JSON.parse(text) as unknown);
    if (version.success && version.data.version > VAULT_VERSION) {
      const { version: was } = version.data;
      const message = `${name} was written by a newer Keel: expected version ${VAULT_VERSION}, was ${was}`;
      throw new FaultError(fault('vault-newer', message, { file: name, was }));
    }
    file = readJson(fileSchema, text, name);
  } catch (thrown) {
    if (thrown instanceof FaultError && thrown.fault.code === 'vault-newer') throw thrown;
    throw cannotBe(name, thrown);
  }
  for (const record of file.records) {
    if (record.checksum === recordChecksum(record)) continue;
    throw new FaultError(damagedVault(name, `record ${record.id} does not match its checksum`));
  }
  if (file.checksum !== headChecksum(file)) {
    throw new FaultError(damagedVault(name, 'the head does not match its checksum'));
  }
  if (!Buffer.from(vaultText(file)).equals(bytes)) {
    throw new FaultError(damagedVault(name, 'the text is not as it was written'));
  }
  return file;
}
