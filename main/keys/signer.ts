import { getAddress } from 'viem';
import { z } from 'zod';
import type { KeyCard } from '#main/engine/signer-port.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import { addressOf } from './ecdsa.ts';
import { type FrameChannel, packFrame, unpackFrame } from './frames.ts';
import { tuneKdf } from './kdf.ts';
import { openKeystore, writeKeystore } from './keystore-v3.ts';
import { type SignerRequest, signerRequest } from './signer-words.ts';
import { createSigningDesk, type SignedLine } from './signing.ts';
import { typedKey } from './typed-key.ts';
import { createVault, openRemembered, openVault, recoverVault, type Vault } from './vault.ts';
import { wipe } from './wipe.ts';

export interface SignerSetup {
  readonly file: string;
  readonly now: () => EpochMs;
  readonly every: (ms: DurationMs, act: () => void) => void;
  readonly record: (line: SignedLine) => void;
  /** What was recorded within the last 24 hours, before this process. */
  readonly earlier: readonly SignedLine[];
  /** The vault is closed and its key wiped: the process that held it has nothing left to do. */
  readonly onLocked: () => void;
}

const IDLE_CHECK: DurationMs = 250;

/** The one part of Keel that holds keys: it answers what comes over `channel` until it is locked. */
export function serveSigner(channel: FrameChannel, setup: SignerSetup): void {
  const { now } = setup;
  const place = { file: setup.file };
  const desk = createSigningDesk(now, setup.record, setup.earlier);
  let vault: Vault | null = null;
  let idle: { readonly after: DurationMs; since: EpochMs } | null = null;

  const open = (): Vault => {
    if (vault !== null) return vault;
    throw new FaultError(fault('signer-locked', 'the vault is locked'));
  };
  const enter = (opened: Vault, idleMs: DurationMs | null): readonly KeyCard[] => {
    vault?.close();
    vault = opened;
    idle = idleMs === null ? null : { after: idleMs, since: now() };
    return opened.cards;
  };
  const lock = (why: string): void => {
    vault?.close();
    vault = null;
    idle = null;
    channel.send(packFrame({ locked: why }));
    setup.onLocked();
  };
  const answer = async (asked: SignerRequest, secret: Uint8Array): Promise<unknown> => {
    switch (asked.ask) {
      case 'create':
        return enter(await createVault(place, secret, await tuneKdf(now)), asked.idleMs);
      case 'unlock':
        return enter(await openVault(place, secret), asked.idleMs);
      case 'open-remembered':
        return enter(openRemembered(place, secret), asked.idleMs);
      case 'remember':
        open().rememberFor(secret);
        return null;
      case 'recover':
        return enter(await recoverVault(place, asked.file, secret), asked.idleMs);
      case 'write-recovery':
        open().writeRecovery(asked.file);
        return null;
      case 'touch':
        if (idle !== null) idle.since = now();
        return null;
      case 'lock':
        return null;
      case 'passphrase':
        await open().changePassphrase(secret);
        return null;
      case 'add':
        return addKey(open(), asked.card, secret);
      case 'remove':
        open().remove(asked.key);
        return null;
      case 'limit':
        return open().limit(asked.key, asked.limits);
      case 'sign':
        return desk.sign(open(), asked.key, asked.type, asked.intent);
      case 'import': {
        const target = open();
        const key = await openKeystore(asked.keystore, asked.name, secret);
        const publicId = asked.card.publicId ?? getAddress(addressOf(key));
        return target.add({ ...asked.card, publicId: checkedId(publicId, key) }, key);
      }
      case 'export':
        return exportKey(open(), asked.key, secret);
    }
  };
  const take = async (bytes: Uint8Array): Promise<void> => {
    let id = -1;
    try {
      const { words, secret } = unpackFrame(bytes);
      const head = z.looseObject({ id: z.int() }).parse(words);
      id = head.id;
      const { id: _, ...rest } = head;
      const read = signerRequest.safeParse(rest);
      if (!read.success) throw new FaultError(fault('bad-request', 'the signer was asked something it does not know'));
      const value = await answer(read.data, secret);
      channel.send(packFrame({ id, ok: true, value }));
      if (read.data.ask === 'lock') lock('asked');
    } catch (thrown) {
      channel.send(packFrame({ id, ok: false, error: toFault(thrown) satisfies Fault }));
    } finally {
      wipe(bytes);
    }
  };
  channel.onFrame((bytes) => void take(bytes));
  setup.every(IDLE_CHECK, () => {
    if (idle !== null && now() - idle.since >= idle.after) lock('idle');
  });
}

/** The card's address. Throws `other-key`, with the key wiped, where the key is of another one. */
function checkedId(publicId: string, key: Uint8Array): string {
  const address = addressOf(key);
  if (address === publicId.toLowerCase()) return publicId;
  wipe(key);
  throw new FaultError(fault('other-key', `expected the key of ${publicId}, it is of ${address}`));
}

/** Takes a key as it was typed: a private key in hexadecimal. */
function addKey(vault: Vault, card: Omit<KeyCard, 'id'>, typed: Uint8Array): KeyCard {
  if (card.kind === 'hmac-secret') return vault.add(card, typed);
  const key = typedKey(typed);
  return vault.add({ ...card, publicId: checkedId(card.publicId, key) }, key);
}

/** The private key as a keystore file under a passphrase of its own. */
async function exportKey(vault: Vault, key: string, passphrase: Uint8Array): Promise<string> {
  const lent = vault.withSecret(key, (secret, { kind, publicId }) => {
    if (kind === 'secp256k1') return { secret: Buffer.from(secret), publicId };
    throw new FaultError(fault('not-a-private-key', `${key} is no private key of an address: only those are exported`));
  });
  try {
    return await writeKeystore(lent.secret, lent.publicId, passphrase);
  } finally {
    wipe(lent.secret);
  }
}
