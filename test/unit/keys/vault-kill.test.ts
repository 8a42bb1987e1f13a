// Pulling the plug while the vault is saved: what is there afterwards is the vault before the save or after it, whole.
// KEEL_VAULT_KILLS gives the number of kills; the usual run makes few.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { createVault, openVault, type Vault } from '#main/keys/vault.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { CARD, CHEAP, CHEAP_BOUNDS, PASSPHRASE } from './samples.ts';

const KILLS = Number(process.env.KEEL_VAULT_KILLS ?? 6);
/** Adds of one life of the writer before it is killed, and ms after that. */
const ADDS = 4;
const SPREAD_MS = 8;

let file: string;
const place = () => ({ file, bounds: CHEAP_BOUNDS, wanted: CHEAP });
const open = (): Promise<Vault> => openVault(place(), PASSPHRASE);
const secretsOf = (vault: Vault): readonly string[] =>
  vault.cards.map((card) => vault.withSecret(card.id, (secret) => secret.toString()));

/** Resolves with the writer's count when it has said that it saved `count` keys or more. */
async function saved(writer: ChildProcess & { readonly stdout: Readable }, count: number): Promise<number> {
  let last = 0;
  while (last < count) {
    const [chunk] = (await once(writer.stdout, 'data')) as [Buffer];
    last = Number(chunk.toString().trim().split('\n').at(-1));
  }
  return last;
}

beforeEach(async () => {
  file = join(mkdtempSync(join(tmpdir(), 'keel-kill-')), 'vault.json');
  (await createVault(place(), PASSPHRASE, CHEAP)).close();
});

describe('kill -9 while the vault is saved', () => {
  it(`leaves the old vault or the new one, ${KILLS} times`, async () => {
    let held = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const script = join(ROOT, 'test/unit/keys/vault-writer.ts');
      const writer = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
      const gone = once(writer, 'exit');
      const told = await saved(writer, held + ADDS);
      await new Promise((resolve) => setTimeout(resolve, (kill * SPREAD_MS) / KILLS));
      writer.kill('SIGKILL');
      await gone;
      const vault = await open();
      // What was said to be saved is there; all that is there opens.
      expect(vault.cards.length).toBeGreaterThanOrEqual(told);
      expect(secretsOf(vault)).toEqual(Array.from({ length: vault.cards.length }, (_, at) => `secret-${at}`));
      held = vault.cards.length;
      vault.close();
      if (held < 300) continue;
      for (const one of [file, `${file}.previous`]) rmSync(one, { force: true });
      (await createVault(place(), PASSPHRASE, CHEAP)).close();
      held = 0;
    }
  });

  it('what a save that was cut off left behind is in nobody’s way', async () => {
    for (const left of ['new', 'link']) writeFileSync(`${file}.${left}`, 'half of a vau');
    const vault = await open();
    vault.add(CARD, Buffer.from('one'));
    expect(secretsOf(await open())).toEqual(['one']);
    expect([existsSync(`${file}.new`), existsSync(`${file}.link`)]).toEqual([false, false]);
  });
});
