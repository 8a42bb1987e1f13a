import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hexToBytes } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import type { KeyCard, SignerPort } from '#main/engine/signer-port.ts';
import { createSigningDesk, type SignedLine } from '#main/keys/signing.ts';
import { createVault } from '#main/keys/vault.ts';
import { CHEAP, CHEAP_BOUNDS, PASSPHRASE } from '#test/unit/keys/samples.ts';

/** A vault with one private key in it and the signer's desk before it, both in this process. */
export interface KeyDesk {
  readonly port: SignerPort;
  readonly card: KeyCard;
  readonly lines: readonly SignedLine[];
}

export async function openKeyDesk(
  key: `0x${string}`,
  card: Pick<KeyCard, 'venue' | 'limits'>,
  now: () => number,
): Promise<KeyDesk> {
  const file = join(mkdtempSync(join(tmpdir(), 'keel-desk-')), 'vault.json');
  const vault = await createVault({ file, bounds: CHEAP_BOUNDS, wanted: CHEAP }, PASSPHRASE, CHEAP);
  const own = { account: 'main', kind: 'secp256k1', publicId: privateKeyToAddress(key), addedAt: now() } as const;
  const added = vault.add({ ...own, ...card, scopes: ['read', 'trade'] }, Buffer.from(hexToBytes(key)));
  const lines: SignedLine[] = [];
  const desk = createSigningDesk(now, (line) => lines.push(line));
  // Over the process's border everything is JSON.
  const across = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  return {
    card: added,
    lines,
    port: {
      sign: async (id, type, intent) => across(desk.sign(vault, id, type, across(intent))) as never,
    },
  };
}
