// Keys that would be recognised anywhere: after trading with them, crashing the signer, locking it and crashing the desk,
// they are in no message, no log, no database and no crash file, in none of the forms that bytes are written in.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf } from '#main/keys/ecdsa.ts';
import { KDF_WANTED } from '#main/keys/kdf.ts';
import { createVault } from '#main/keys/vault.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { tellCounts, tellProgress } from '#test/support/counts.ts';
import { formsIn, formsOf } from '#test/support/memory-scan.ts';
import { trials } from '#test/support/trials.ts';
import { CARD } from './samples.ts';

const ROUNDS = trials(1);
const FLOWS = 6;
const CORES = process.platform === 'linux' && !readFileSync('/proc/sys/kernel/core_pattern', 'utf8').startsWith('|');

let folder = '';
const passphrase = Buffer.from(randomBytes(18).toString('hex'));
const hmac = Buffer.from(randomBytes(24).toString('hex'));
const agent = randomBytes(32);
agent[0] = (agent[0] ?? 0) >> 1;
const CANARIES = { passphrase, hmac, agent } as const;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keel-canary-'));
  const vault = await createVault({ file: join(folder, 'vault.json') }, passphrase, KDF_WANTED);
  const own = { ...CARD, kind: 'secp256k1', publicId: addressOf(agent) } as const;
  vault.add(CARD, Buffer.from(hmac));
  for (const venue of ['hyperliquid-sim', 'derive-sim', 'ethereum']) vault.add({ ...own, venue }, Buffer.from(agent));
  vault.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Traded {
  readonly signer: number;
  readonly states: readonly string[];
}

/** One desk: trades, loses its signer by a lock or by a crash, and crashes itself. */
async function desk(crashSigner: boolean): Promise<Traded> {
  const shell = ['-c', 'ulimit -c unlimited; exec "$0" "$@" 2>>"$LOG"', process.execPath];
  const script = join(ROOT, 'test/unit/keys/canary-desk.ts');
  const env = { LOG: join(folder, 'desk.log'), PATH: process.env.PATH ?? '' };
  const child = spawn('sh', [...shell, script, folder, String(FLOWS)], {
    cwd: folder,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'close');
  child.stdin.write(`${passphrase.toString('latin1')}\n`);
  const said = String((await lines.next()).value);
  const traded = JSON.parse(said.replace(/^traded /, '')) as Traded;
  if (crashSigner) process.kill(traded.signer, 'SIGABRT');
  child.stdin.write('lock\n');
  expect((await lines.next()).value).toBe('locked');
  expect(() => process.kill(traded.signer, 0)).toThrow('ESRCH');
  // The signer's core, if the system writes one at all, would be overwritten by the desk's.
  if (existsSync(join(folder, 'core'))) renameSync(join(folder, 'core'), join(folder, 'core.signer'));
  child.stdin.write('crash\n');
  await ended;
  return traded;
}

/** Every form of every canary, by what it is called. */
const FORMS = new Map(
  Object.entries(CANARIES).flatMap(([name, canary]) => [
    ...[...formsOf(canary)].map(([form, bytes]) => [`${name} as ${form}`, bytes] as const),
    [`${name} as HEX`, Buffer.from(canary.toString('hex').toUpperCase())] as const,
  ]),
);
/** In a core of the desk's: that what is searched is its memory. */
const MARK = 'the path of the vault';
const searched = (file: string): readonly string[] =>
  formsIn(join(folder, file), new Map([...FORMS, [MARK, Buffer.from(join(folder, 'vault.json'))]]));

describe.runIf(process.platform !== 'win32')('canary keys', () => {
  it(`are nowhere after trading, a lock or a crash of the signer, and a crash of the desk, ${ROUNDS} times`, {
    timeout: 1e8,
  }, async () => {
    const counts = { rounds: 0, orders: 0, files: 0, bytes: 0, cores: 0, hits: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const { states } = await desk(round % 2 === 1);
      expect(states).toContain('FILLED');
      const files = readdirSync(folder);
      expect(files).toEqual(
        expect.arrayContaining(['desk.log', 'ipc.bin', 'session.db', 'vault.json', 'vault.json.signed']),
      );
      const found = files.map((name) => ({ name, is: searched(name) }));
      const cores = found.filter(({ name }) => name === 'core');
      expect(cores.map(({ is }) => is.includes(MARK))).toEqual(CORES ? [true] : []);
      const hits = found.flatMap(({ name, is }) => is.filter((one) => one !== MARK).map((one) => `${one} in ${name}`));
      expect(hits).toEqual([]);
      counts.rounds += 1;
      counts.orders += states.length;
      counts.files += files.length;
      counts.bytes += files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
      counts.cores += files.filter((name) => name.startsWith('core')).length;
      counts.hits += hits.length;
      for (const name of files) if (/^core|^session/.test(name)) rmSync(join(folder, name));
      tellProgress(`${round + 1} of ${ROUNDS} rounds: ${counts.hits} hits in ${counts.files} files`);
    }
    tellCounts('canary keys', { forms: ['bytes', 'two-byte', 'hex', 'HEX', 'base64', 'base64url'], ...counts });
  });

  it('would be found in each of these forms, wherever in a file', () => {
    const file = join(folder, 'control');
    for (const [name, form] of FORMS) {
      // The second lies across the seam of two chunks.
      for (const at of [0, 4 * 1024 * 1024 - 5]) {
        const handle = openSync(file, 'w');
        writeSync(handle, form, 0, form.length, at);
        closeSync(handle);
        expect(formsIn(file, FORMS), `${name} at ${at}`).toContain(name);
      }
    }
    rmSync(file);
  });
});
