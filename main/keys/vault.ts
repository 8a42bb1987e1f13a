import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyCard, KeyLimits } from '#main/engine/signer-port.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { readDeviceWrap, writeDeviceWrap } from './device-wrap.ts';
import { deriveKey, KDF_BOUNDS, KDF_WANTED, type KdfBounds, type KdfCost, proveKdf, raisedCost } from './kdf.ts';
import { readRecovery, writeRecovery } from './recovery.ts';
import { loadBytes, saveKeepingLast } from './save.ts';
import { seal, unseal } from './seal.ts';
import {
  damagedVault,
  readVault,
  recordChecksum,
  signedText,
  VAULT_VERSION,
  type VaultFile,
  type VaultHead,
  type VaultRecord,
  vaultText,
  withChecksum,
} from './vault-file.ts';
import { wipe } from './wipe.ts';

const KEY_BYTES = 32;
/** Longest secret a vault takes; API secrets and private keys are below 100 bytes. */
const SECRET_MOST = 4096;
/** Shortest passphrase a vault is made with, bytes. */
const PASSPHRASE_LEAST = 10;

/** A vault that has been opened. It holds the data key until it is closed; secrets are opened one at a time. */
export interface Vault {
  readonly cards: readonly KeyCard[];
  /** Takes the secret in under a new id and saves. Wipes `secret`. */
  add(card: Omit<KeyCard, 'id'>, secret: Uint8Array): KeyCard;
  /** Throws `unknown-key`. */
  remove(id: string): void;
  /** Gives a key other limits and saves. Throws `unknown-key`. */
  limit(id: string, limits: KeyLimits): KeyCard;
  /**
   * Another passphrase from now on, in the save before as well; the data key and with it the records stay. Throws
   * `weak-passphrase`. It stays the caller's to wipe.
   */
  changePassphrase(passphrase: Uint8Array): Promise<void>;
  /** Writes the file that opens the vault without its passphrase. Throws `recovery-unwritable`. */
  writeRecovery(file: string): void;
  /** Lets {@link openRemembered} open the vault with this secret, beside the passphrase. */
  rememberFor(device: Uint8Array): void;
  /** Gives `use` the secret and wipes it when `use` has returned. Throws `unknown-key`, `vault-damaged`. */
  withSecret<T>(id: string, use: (secret: Buffer, card: KeyCard) => T): T;
  /** Wipes the data key; nothing can be opened any more. */
  close(): void;
}

export interface VaultPlace {
  readonly file: string;
  /** The product's own unless a test gives cheaper ones. */
  readonly bounds?: KdfBounds;
  readonly wanted?: KdfCost;
}

/** What a record is bound to: its secret opens in no other vault, under no other id, venue, account, scope or version. */
function boundTo(vault: string, card: KeyCard): string {
  const { id, venue, account, kind, publicId, scopes, addedAt, limits } = card;
  const parts = [vault, VAULT_VERSION, id, venue, account, kind, publicId, scopes, addedAt];
  return JSON.stringify(limits === undefined ? parts : [...parts, limits]);
}

function headBoundTo({ id, kdf }: Pick<VaultHead, 'id' | 'kdf'>): string {
  return JSON.stringify([id, VAULT_VERSION, kdf]);
}

function signatureOf(dataKey: Uint8Array, file: Omit<VaultFile, 'signature'>): Buffer {
  const key = Buffer.from(hkdfSync('sha256', dataKey, Buffer.alloc(0), 'keel-vault signature', KEY_BYTES));
  try {
    return createHmac('sha256', key).update(signedText(file)).digest();
  } finally {
    wipe(key);
  }
}

async function sealHead(id: string, passphrase: Uint8Array, dataKey: Uint8Array, cost: KdfCost, bounds: KdfBounds) {
  const salt = randomBytes(16);
  const { memoryKiB, passes, lanes } = cost;
  const kdf = { name: 'argon2id', memoryKiB, passes, lanes, salt: salt.toString('base64') } as const;
  const key = await deriveKey(passphrase, salt, cost, bounds);
  try {
    return { id, kdf, dataKey: seal(key, dataKey, headBoundTo({ id, kdf })) };
  } finally {
    wipe(key);
  }
}

/** `unsaved`: the head is not the one on disk yet. */
function opened(
  place: VaultPlace,
  first: Omit<VaultFile, 'checksum' | 'signature'>,
  dataKey: Buffer,
  unsaved: boolean,
): Vault {
  let { generation, records } = first;
  let head: VaultHead = first;

  const recordOf = (id: string): VaultRecord => {
    const record = records.find((one) => one.id === id);
    if (record !== undefined) return record;
    throw new FaultError(fault('unknown-key', `there is no key ${id} in ${place.file}`, { key: id }));
  };
  const save = (next: readonly VaultRecord[]): void => {
    const bytes = loadBytes(place.file);
    if (bytes !== null && readVault(bytes, place.file).generation !== generation) {
      const message = `${place.file} was changed by another program; open it again`;
      throw new FaultError(fault('vault-changed', message, { file: place.file }));
    }
    const file = withChecksum(head, generation + 1, next);
    const signature = signatureOf(dataKey, file).toString('base64');
    saveKeepingLast(place.file, vaultText({ ...file, signature }));
    records = next;
    generation += 1;
  };
  const sealed = (card: KeyCard, secret: Uint8Array): VaultRecord => {
    const record = { ...card, ...seal(dataKey, secret, boundTo(head.id, card)) };
    return { ...record, checksum: recordChecksum(record) };
  };
  const withSecret: Vault['withSecret'] = (id, use) => {
    const record = recordOf(id);
    const secret = unseal(dataKey, record, boundTo(head.id, record));
    if (secret === null) {
      throw new FaultError(damagedVault(place.file, `record ${id} does not open under the vault's key`));
    }
    try {
      return use(secret, cardOf(record));
    } finally {
      wipe(secret);
    }
  };
  if (unsaved) save(records);
  return {
    get cards() {
      return records.map(cardOf);
    },
    add: (wanted, secret) => {
      try {
        checkSecret(secret);
        const card = cardOf({ ...wanted, id: randomBytes(6).toString('hex') });
        save([...records, sealed(card, secret)]);
        return card;
      } finally {
        wipe(secret);
      }
    },
    remove: (id) => {
      const gone = recordOf(id);
      save(records.filter((one) => one !== gone));
    },
    limit: (id, limits) =>
      withSecret(id, (secret, card) => {
        const next = cardOf({ ...card, limits });
        save(records.map((one) => (one.id === id ? sealed(next, secret) : one)));
        return next;
      }),
    changePassphrase: async (passphrase) => {
      checkPassphrase(passphrase);
      head = await sealHead(head.id, passphrase, dataKey, head.kdf, place.bounds ?? KDF_BOUNDS);
      save(records);
      save(records);
    },
    writeRecovery: (recovery) => writeRecovery(recovery, head.id, dataKey),
    rememberFor: (device) => writeDeviceWrap(place.file, head.id, dataKey, device),
    withSecret,
    close: () => wipe(dataKey),
  };
}

function checkPassphrase(passphrase: Uint8Array): void {
  if (passphrase.length >= PASSPHRASE_LEAST) return;
  const message = `expected a passphrase of at least ${PASSPHRASE_LEAST} bytes, was ${passphrase.length}`;
  throw new FaultError(fault('weak-passphrase', message));
}

function checkSecret(secret: Uint8Array): void {
  if (secret.length >= 1 && secret.length <= SECRET_MOST) return;
  const message = `expected a secret of 1 to ${SECRET_MOST} bytes, was ${secret.length}`;
  throw new FaultError(fault('bad-secret', message));
}

/** The public part of a record. */
export function cardOf({ id, venue, account, kind, publicId, scopes, addedAt, limits }: KeyCard): KeyCard {
  const card = { id, venue, account, kind, publicId, scopes, addedAt };
  return limits === undefined ? card : { ...card, limits };
}

/**
 * Makes an empty vault and saves it. Throws `vault-exists`, `weak-passphrase` and the faults of saving. The passphrase
 * stays the caller's to wipe, here and in {@link openVault}.
 */
export async function createVault(place: VaultPlace, passphrase: Uint8Array, cost: KdfCost): Promise<Vault> {
  if (loadBytes(place.file) !== null) {
    throw new FaultError(fault('vault-exists', `${place.file} is there already`, { file: place.file }));
  }
  checkPassphrase(passphrase);
  await proveKdf();
  const id = randomBytes(16).toString('hex');
  const dataKey = randomBytes(KEY_BYTES);
  const head = await sealHead(id, passphrase, dataKey, cost, place.bounds ?? KDF_BOUNDS);
  return opened(place, withChecksum(head, 0, []), dataKey, true);
}

function vaultAt(place: VaultPlace): VaultFile {
  const bytes = loadBytes(place.file);
  if (bytes === null) throw new FaultError(fault('no-vault', `there is no vault at ${place.file}`));
  return readVault(bytes, place.file);
}

/** Throws `vault-damaged`, with the data key wiped. */
function checkSignature(place: VaultPlace, file: VaultFile, dataKey: Uint8Array): void {
  const signature = Buffer.from(file.signature, 'base64');
  const wanted = signatureOf(dataKey, file);
  if (signature.length === wanted.length && timingSafeEqual(signature, wanted)) return;
  wipe(dataKey);
  throw new FaultError(damagedVault(place.file, 'its signature does not fit: records were changed or exchanged'));
}

/** Opens the vault with the secret of {@link Vault.rememberFor}. Throws as {@link openVault}, and `keychain-stale`. */
export function openRemembered(place: VaultPlace, device: Uint8Array): Vault {
  const file = vaultAt(place);
  const dataKey = readDeviceWrap(place.file, file.id, device);
  checkSignature(place, file, dataKey);
  return opened(place, file, dataKey, false);
}

/**
 * Opens the vault at `place` with its recovery file and gives it a new passphrase. Throws as {@link openVault}, and
 * `damaged-file`, `other-vault`, `weak-passphrase`.
 */
export async function recoverVault(place: VaultPlace, recovery: string, passphrase: Uint8Array): Promise<Vault> {
  checkPassphrase(passphrase);
  const file = vaultAt(place);
  await proveKdf();
  const dataKey = readRecovery(recovery, file.id);
  checkSignature(place, file, dataKey);
  const vault = opened(place, file, dataKey, false);
  await vault.changePassphrase(passphrase);
  return vault;
}

/**
 * Opens the vault at `place`, and raises what deriving its key costs where that has become too little. Throws `no-vault`, `vault-newer`, `vault-damaged`, `kdf-cost`, `wrong-passphrase`, and
 * `vault-unreadable`.
 */
export async function openVault(place: VaultPlace, passphrase: Uint8Array): Promise<Vault> {
  const file = vaultAt(place);
  await proveKdf();
  const key = await deriveKey(passphrase, Buffer.from(file.kdf.salt, 'base64'), file.kdf, place.bounds);
  const dataKey = unseal(key, file.dataKey, headBoundTo(file));
  wipe(key);
  if (dataKey === null) {
    const message = `the passphrase does not open ${place.file}`;
    throw new FaultError(fault('wrong-passphrase', message, { file: place.file }));
  }
  checkSignature(place, file, dataKey);
  const cost = raisedCost(file.kdf, place.wanted ?? KDF_WANTED);
  if (cost === null) return opened(place, file, dataKey, false);
  const head = await sealHead(file.id, passphrase, dataKey, cost, place.bounds ?? KDF_BOUNDS);
  return opened(place, { ...file, ...head }, dataKey, true);
}
