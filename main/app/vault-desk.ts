import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserWindow, dialog } from 'electron';
import type { Clock } from '#main/engine/ports.ts';
import type { KeyCard } from '#main/engine/signer-port.ts';
import type { Handlers } from '#main/ipc/router.ts';
import { forkSigner, type WindowSigner } from '#main/keys/electron-signer.ts';
import { openKeychain } from '#main/keys/keychain.ts';
import { loadBytes } from '#main/keys/save.ts';
import type { SecretPrompt } from '#main/keys/secret-prompt.ts';
import { createSignerHost, type SecretQuestion, type SignerHost, type SignerProcess } from '#main/keys/signer-host.ts';
import { cardOf } from '#main/keys/vault.ts';
import { readVault } from '#main/keys/vault-file.ts';
import type { VaultChange, VaultDescription } from '#shared/ipc/vault.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';
import { type DurationMs, MINUTE, SECOND } from '#shared/units/time.ts';
import { askSecret, portPair } from './secret-window.ts';
import { systemKeychain } from './system-keychain.ts';

/** The vault locks itself when nobody has touched the terminal for this long. */
const IDLE: DurationMs = 15 * MINUTE;
const TOUCH_EVERY: DurationMs = 5 * SECOND;

export interface VaultDeskOptions {
  readonly file: string;
  readonly outRoot: string;
  readonly clock: Clock;
  readonly window: () => BrowserWindow;
  readonly theme: () => SecretPrompt['theme'];
}

/** The vault as the window has it: every secret is typed into a window of main's own. */
export interface VaultDesk {
  readonly signer: SignerHost;
  /** Opens the vault, or makes it; at once where it is open. Rejects with `cancelled`. */
  unlock(): Promise<void>;
  lock(): Promise<void>;
  /** As the file has them while it is locked; none where it cannot be read. */
  cards(): readonly KeyCard[];
  /** A key or pointer was used. */
  touched(): void;
  readonly handlers: Pick<Handlers, 'vault.describe' | 'vault.unlock' | 'vault.lock' | 'vault.add-key'>;
}

const TITLES = {
  create: { title: 'Make the vault', action: 'Make it', label: 'Passphrase, at least 10 characters' },
  unlock: { title: 'Open the vault', action: 'Open', label: 'Passphrase' },
  passphrase: {
    title: 'Change the passphrase',
    action: 'Change it',
    label: 'New passphrase, at least 10 characters',
  },
  add: { title: 'Add a key', action: 'Add', label: 'Client secret' },
} as const;
/** Why it is locked, in the trader's words; what he asked for himself needs none. */
const WORDS: Readonly<Record<string, string | null>> = {
  asked: null,
  idle: `nobody touched Keel for ${IDLE / MINUTE} minutes`,
};
/** What is to hold from now on cannot be seen while it is typed. */
const TWICE: ReadonlySet<SecretQuestion['ask']> = new Set(['create', 'passphrase']);
const BUSY = fault('busy', 'a secret is being asked for');
/** Another attempt may end differently. */
const AGAIN: ReadonlySet<string> = new Set(['wrong-passphrase', 'weak-passphrase', 'bad-secret', 'other-key']);
const ADDRESS = /^0x[0-9a-f]{40}$/i;

/** An account's own key may withdraw: the venue's agent or session key trades in its place. Throws `master-key`. */
function checkNotMaster(account: string, publicId: string): void {
  const [owner = ''] = account.split('/');
  if (owner.toLowerCase() !== publicId.toLowerCase()) return;
  const message = `${publicId} is the account's own address: its key may withdraw. Add an agent's or a session key's`;
  throw new FaultError(fault('master-key', message, { account }));
}

export function createVaultDesk(options: VaultDeskOptions): VaultDesk {
  const { file, outRoot, clock } = options;
  const script = join(outRoot, 'main', 'signer.js');
  const keychain = openKeychain(file, systemKeychain());
  const ways = new WeakMap<SignerProcess, WindowSigner>();
  const signer = createSignerHost(() => {
    const made = forkSigner(script, file);
    ways.set(made, made);
    return made;
  });
  let [asking, touchedAt, lockedBecause]: [boolean, number, string | null] = [false, 0, null];
  signer.subscribe((state, why) => {
    lockedBecause = state === 'locked' && why !== null ? (why in WORDS ? (WORDS[why] ?? null) : why) : null;
  });

  const ask = async (wanted: SecretQuestion, about: string): Promise<void> => {
    if (asking) throw new FaultError(BUSY);
    asking = true;
    try {
      const privateKey = wanted.ask === 'add' && wanted.card.kind === 'secp256k1' ? { label: 'Private key' } : {};
      const prompt = {
        ...TITLES[wanted.ask],
        ...privateKey,
        about,
        twice: TWICE.has(wanted.ask),
        theme: options.theme(),
      };
      await askSecret(
        { outRoot, parent: options.window() },
        {
          prompt,
          again: (code) => AGAIN.has(code),
          ask: (show) =>
            signer.askThrough(wanted, (to, words) => {
              const ports = portPair();
              ways.get(to)?.handOver(ports.signer);
              show(words, ports.window);
            }),
        },
      );
    } catch (thrown) {
      // A question that nobody answers any more would leave a signer behind that waits for it.
      if (signer.state === 'opening') await signer.lock();
      throw thrown;
    } finally {
      asking = false;
    }
  };
  /** No page opens the vault alone: main asks in a window of its own. Rejects with `cancelled`. */
  const agreed = async (): Promise<boolean> => {
    if (asking) throw new FaultError(BUSY);
    asking = true;
    try {
      const { response } = await dialog.showMessageBox(options.window(), {
        type: 'question',
        title: 'Open the vault',
        message: 'Open the vault with this computer’s keychain?',
        detail: file,
        buttons: ['Open', 'Type the passphrase', 'Cancel'],
        defaultId: 0,
        cancelId: 2,
      });
      if (response === 2) throw new FaultError(fault('cancelled', 'nothing was opened'));
      return response === 0;
    } finally {
      asking = false;
    }
  };
  /** A keychain that has changed is a reason to ask for the passphrase, none to stop. */
  const openedByKeychain = async (): Promise<boolean> => {
    const device = existsSync(file) ? await keychain.secret() : null;
    if (device === null || !(await agreed())) return false;
    try {
      await signer.openRemembered(device, IDLE);
      return true;
    } catch (thrown) {
      if (toFault(thrown).code === 'keychain-stale') return false;
      throw thrown;
    }
  };
  const unlock = async (): Promise<void> => {
    if (signer.state === 'open' || (await openedByKeychain())) return;
    if (existsSync(file)) await ask({ ask: 'unlock', idleMs: IDLE }, file);
    else
      await ask(
        { ask: 'create', idleMs: IDLE },
        `There is no vault yet: ${file}. A lost passphrase cannot be replaced.`,
      );
  };
  /** Whoever changes how the vault opens proves that he knows the passphrase, also where it is open. */
  const change = async (what: VaultChange): Promise<void> => {
    if (what === 'forget') {
      keychain.forget();
      return;
    }
    await ask({ ask: 'unlock', idleMs: IDLE }, `${file}: the passphrase it has now`);
    if (what === 'remember') await keychain.remember((device) => signer.remember(device));
    else await ask({ ask: 'passphrase' }, `${file}. Copies of the file made before still open with the old one.`);
  };
  const listed = (): { readonly keys: readonly KeyCard[]; readonly problem: string | null } => {
    if (signer.state === 'open') return { keys: signer.cards, problem: null };
    try {
      const bytes = loadBytes(file);
      return { keys: bytes === null ? [] : readVault(bytes, file).records.map(cardOf), problem: null };
    } catch (thrown) {
      return { keys: [], problem: toFault(thrown).message };
    }
  };
  const describe = (): VaultDescription => {
    const state = signer.state === 'locked' && !existsSync(file) ? 'none' : signer.state;
    const { keys, problem } = listed();
    const lines = keys.map(({ id, venue, account, publicId, scopes, addedAt }) => ({
      id,
      venue,
      account,
      publicId,
      scopes,
      addedAt,
    }));
    return { file, state, lockedBecause, keys: lines, problem, keychain: keychain.state() };
  };
  return {
    signer,
    unlock,
    lock: () => signer.lock(),
    cards: () => listed().keys,
    touched: () => {
      if (signer.state !== 'open' || clock.now() - touchedAt < TOUCH_EVERY) return;
      touchedAt = clock.now();
      signer.touch();
    },
    handlers: {
      'vault.describe': describe,
      'vault.unlock': async ({ change: what }) => {
        await (what === undefined ? unlock() : change(what));
        return describe();
      },
      'vault.lock': async () => {
        await signer.lock();
        return describe();
      },
      'vault.add-key': async ({ venue, account, publicId, rights }) => {
        const kind = ADDRESS.test(publicId) ? 'secp256k1' : 'hmac-secret';
        checkNotMaster(account, publicId);
        await unlock();
        const card = { venue, account, kind, publicId, addedAt: clock.now() } as const;
        await ask(
          { ask: 'add', card: { ...card, scopes: rights === 'read' ? ['read'] : ['read', 'trade'] } },
          `${publicId} at ${venue}, for ${account}: it may ${rights === 'read' ? 'only read' : 'read and trade'}`,
        );
        return describe();
      },
    },
  };
}
