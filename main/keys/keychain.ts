import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { readJson } from '#shared/units/reading.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { removeDeviceWrap } from './device-wrap.ts';
import { loadBytes } from './save.ts';
import { wipe } from './wipe.ts';

/** The system's own store of secrets, as Electron reaches it. */
export interface SystemKeychain {
  /** What guards it, by name; null where nothing does. */
  readonly guard: () => string | null;
  readonly seal: (secret: Buffer) => Promise<Buffer>;
  /** Rejects where it was sealed by another guard, machine or user. */
  readonly open: (sealed: Buffer) => Promise<Buffer>;
}

/** On Linux without a secret store Electron seals with a constant: that protects nothing and counts as nothing. */
const NO_GUARD: ReadonlySet<string> = new Set(['basic_text', 'unknown']);
const DEVICE_BYTES = 32;

/** A keychain over Electron's safeStorage. `backend` is null where the system has one and only one. */
export function safeStorageKeychain(storage: {
  readonly isAvailable: () => boolean;
  readonly backend: () => string | null;
  readonly seal: (text: string) => Promise<Buffer>;
  readonly open: (sealed: Buffer) => Promise<string>;
}): SystemKeychain {
  return {
    guard: () => {
      if (!storage.isAvailable()) return null;
      const backend = storage.backend() ?? 'system';
      return NO_GUARD.has(backend) ? null : backend;
    },
    seal: (secret) => storage.seal(secret.toString('base64')),
    open: async (sealed) => Buffer.from(await storage.open(sealed), 'base64'),
  };
}

const remembered = z.strictObject({
  format: z.literal('keel-keychain'),
  version: z.literal(1),
  guard: z.string(),
  sealed: z.base64(),
});

/** What opens the vault of `file` beside its passphrase, if the trader wants that and the system can. */
export interface Keychain {
  /** none: nothing guards the system's store; on: the vault opens by it. */
  state(): 'none' | 'off' | 'on';
  /** A new secret, kept by the system; `take` gives it to the signer. Rejects with `no-keychain`. */
  remember(take: (device: Buffer) => Promise<void>): Promise<void>;
  forget(): void;
  /** The secret; null where there is none or the system does not give it back: then the passphrase is asked for. */
  secret(): Promise<Buffer | null>;
}

export function openKeychain(file: string, system: SystemKeychain): Keychain {
  const name = `${file}.keychain`;
  const load = (): z.output<typeof remembered> | null => {
    const bytes = loadBytes(name);
    return bytes === null ? null : readJson(remembered, Buffer.from(bytes).toString('utf8'), name);
  };
  const forget = (): void => {
    rmSync(name, { force: true });
    removeDeviceWrap(file);
  };
  return {
    state: () => {
      if (system.guard() === null) return 'none';
      return loadBytes(name) === null ? 'off' : 'on';
    },
    remember: async (take) => {
      const guard = system.guard();
      if (guard === null)
        throw new FaultError(fault('no-keychain', 'this system has no keychain that protects anything'));
      const device = randomBytes(DEVICE_BYTES);
      const sealed = (await system.seal(device)).toString('base64');
      await take(device);
      wipe(device);
      writeFileSync(name, `${JSON.stringify({ format: 'keel-keychain', version: 1, guard, sealed }, null, 2)}\n`, {
        mode: 0o600,
      });
    },
    forget,
    secret: async () => {
      const guard = system.guard();
      if (guard === null) return null;
      try {
        const kept = load();
        return kept === null || kept.guard !== guard ? null : await system.open(Buffer.from(kept.sealed, 'base64'));
      } catch {
        // Another guard, machine or user, or a damaged file: a reason to ask for the passphrase, none to stop.
        return null;
      }
    },
  };
}
