// The signer as a process of its own: it opens the vault, signs what the venue accepts, refuses what it should not sign,
// and leaves nothing of a key in memory when it is locked.
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spawnNodeSigner } from '#main/keys/node-signer.ts';
import { createSignerHost, type SignerHost } from '#main/keys/signer-host.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { toFault } from '#shared/units/result.ts';
import { scanMemory } from '#test/support/memory-scan.ts';
import { CARD } from './samples.ts';

const INTENT = { timestamp: 1_584_000_000_000, nonce: 'once' };
const [canary, passphrase] = [randomBytes(24), randomBytes(24)];
let [file, key]: [string, string] = ['', ''];
let signer: SignerHost;

const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'ok',
    (thrown: unknown) => toFault(thrown).code,
  );
const unlock = (idleMs: number | null = null) => signer.unlock(Buffer.from(passphrase), idleMs);

// One vault for all: making one takes seconds, as it should.
beforeAll(async () => {
  file = join(mkdtempSync(join(tmpdir(), 'keel-signer-')), 'vault.json');
  signer = createSignerHost(() => spawnNodeSigner(join(ROOT, 'main/keys/signer-process.ts'), file));
  await signer.create(Buffer.from(passphrase));
  key = (await signer.add(CARD, Buffer.from(canary))).id;
});
afterAll(() => signer.lock());

describe('the signer’s process', () => {
  it('signs a Deribit session as the venue’s documentation says, and keeps what it signed', async () => {
    const wanted = createHmac('sha256', canary).update('1584000000000\nonce\n').digest('hex');
    expect(await signer.sign(key, 'deribit-session', INTENT)).toBe(wanted);
    const lines = readFileSync(`${file}.signed`, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ key, venue: 'deribit-sim', type: 'deribit-session' }),
    ]);
  });

  it.runIf(process.platform === 'linux')(
    'leaves no string of a secret in memory, and nothing after the lock',
    async () => {
      const pid = signer.pid ?? 0;
      // That the scan finds what is there: the path of the vault lies in the process's memory.
      expect(scanMemory(pid, Buffer.from(file)).length).toBeGreaterThan(0);
      // What the pipe's buffers held as bytes goes with the process; text would have been copied everywhere.
      expect(scanMemory(pid, canary).filter((hit) => !hit.startsWith('bytes'))).toEqual([]);
      expect(readFileSync(`/proc/${pid}/coredump_filter`, 'utf8').trim()).toMatch(/^0+$/);
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toBe('');
      await signer.lock();
      expect(() => scanMemory(pid, canary)).toThrow('ENOENT');
    },
  );

  it('opens with the passphrase only, and signs nothing while it is locked', async () => {
    expect([signer.state, signer.cards, signer.pid]).toEqual(['locked', [], undefined]);
    expect(await codeOf(signer.sign(key, 'deribit-session', INTENT))).toBe('signer-locked');
    expect(await codeOf(signer.unlock(randomBytes(24), null))).toBe('wrong-passphrase');
    expect(signer.state).toBe('locked');
    expect(await unlock()).toEqual([{ ...CARD, id: key }]);
  });

  it('is told when its process is killed: what was asked fails, and nothing is open', async () => {
    const asked = codeOf(signer.remove(key));
    process.kill(signer.pid ?? 0, 'SIGSTOP');
    process.kill(signer.pid ?? 0, 'SIGKILL');
    expect(['signer-gone', 'ok']).toContain(await asked);
    await expect.poll(() => signer.state).toBe('locked');
  });

  it('locks itself when nobody touches it', async () => {
    const locked = new Promise((resolve) => signer.subscribe((state, why) => state === 'locked' && resolve(why)));
    await unlock(100);
    expect(await locked).toBe('idle');
    expect(signer.pid).toBeUndefined();
  });
});
