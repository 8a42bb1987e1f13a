import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { spawnNodeSigner } from '#main/keys/node-signer.ts';
import { defaultVault } from '#main/keys/place.ts';
import { createSignerHost, type SignerHost } from '#main/keys/signer-host.ts';
import { wipe } from '#main/keys/wipe.ts';
import { type CcxtHost, ccxtHostOf } from '#main/session/ccxt/ccxt-host.ts';
import { forkNodeCcxt } from '#main/session/ccxt/node-process.ts';
import { type Output, usageFault } from './command.ts';
import { type SecretInput, secretInput } from './secret-input.ts';

const CCXT_HOST = fileURLToPath(new URL('../main/ccxt-host.js', import.meta.url));
const SIGNER = fileURLToPath(new URL('../main/signer.js', import.meta.url));

/** Options of every command that opens the vault. */
export const VAULT_OPTIONS = { vault: { type: 'string' } } as const;

export function vaultFile({ vault }: { readonly vault?: string | undefined }): string {
  return vault ?? defaultVault();
}

/** A passphrase that is to hold from now on: asked for twice where it cannot be seen. */
export async function newPassphrase(input: SecretInput, what: string): Promise<Uint8Array> {
  const first = await input.ask(what);
  if (!input.twice) return first;
  const second = await input.ask('the same passphrase again');
  const same = Buffer.from(first).equals(second);
  wipe(second);
  if (same) return first;
  wipe(first);
  throw usageFault('the two passphrases differ');
}

/** The signer of the vault at `file`, not opened. */
export function vaultSignerAt(file: string): SignerHost {
  return createSignerHost(() => spawnNodeSigner(SIGNER, file));
}

/** Asks for the passphrase and opens the vault at `file` in a signer of its own; makes it where `make` says so. */
export async function openSigner(
  file: string,
  { make, output, input = secretInput() }: { make: boolean; output: Output; input?: SecretInput },
): Promise<SignerHost> {
  const signer = vaultSignerAt(file);
  if (existsSync(file)) {
    await signer.unlock(await input.ask('passphrase'), null);
    return signer;
  }
  if (!make) throw usageFault(`there is no vault at ${file}; make one: keel keys add`);
  await signer.create(await newPassphrase(input, 'passphrase of the new vault'));
  output.say(`made a vault: ${file}`);
  return signer;
}

/** ccxt in children of Node that end when the vault is locked. */
export function ccxtHost(signer: SignerHost): CcxtHost {
  return ccxtHostOf(signer, () => forkNodeCcxt(CCXT_HOST));
}
