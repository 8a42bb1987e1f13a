import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { profileNamed, withEndpoint } from '#main/session/profile.ts';
import { NODE_24, ROOT } from '#scripts/checkout.mjs';
import { type SimulatorProcess, startDeribitSimulator } from '#test/support/deribit-simulator.ts';
import { eventsOf, keelCommand, readJournal } from '#test/support/electron-journal.ts';
import { formsOf, scanMemory } from '#test/support/memory-scan.ts';

const PATIENCE = { timeout: 60_000, interval: 250 };

interface Trade {
  readonly trade_id: string;
}

/** The whole way with real processes: key into the vault, engine on the simulator, cut off, killed, started again. */
describe('trading on the Deribit simulator from the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keel-live-'));
  const [vault, file, profile] = [join(folder, 'vault.json'), join(folder, 'session.db'), join(folder, 'sim.json')];
  // Letters only, as venues make them: found in whatever they were copied into.
  const [secret, passphrase] = [randomBytes(18).toString('hex'), randomBytes(18).toString('hex')];
  const cli = join(ROOT, 'out', 'cli', 'keel.js');
  let simulator: SimulatorProcess;
  let said = '';
  let running: ChildProcess;

  /** Runs a command with secrets on its standard input, one a line. */
  function keel(args: readonly string[], secrets: readonly string[]): ChildProcess {
    const child = spawn(NODE_24, [cli, ...args, '--vault', vault], { stdio: ['pipe', 'pipe', 'pipe'] });
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.stdin.end(secrets.map((one) => `${one}\n`).join(''));
    return child;
  }
  const ended = (child: ChildProcess): Promise<number | null> =>
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve(child.exitCode)
      : new Promise((resolve) => child.once('exit', resolve));
  const run = (time: string): ChildProcess => {
    return keel(
      ['run', '--profile', profile, '--record', file, '--for', time, '--auto-hedge', 'automatic'],
      [passphrase],
    );
  };
  /** The account's trades in whatever they settle: which instrument hedges cheapest is the hedger's affair. */
  const trades = async (): Promise<readonly Trade[]> => {
    const all = new Map<string, Trade>();
    for (const currency of ['BTC', 'USDC']) {
      const asked = { currency, start_timestamp: 1, end_timestamp: 4_000_000_000_000, count: 100 };
      const method = 'private/get_user_trades_by_currency_and_time';
      for (const one of (await simulator.call<{ trades: Trade[] }>(method, asked)).trades) all.set(one.trade_id, one);
    }
    return [...all.values()];
  };
  const buyApart = (amount: number) =>
    simulator.call('private/buy', { instrument_name: 'BTC-PERPETUAL', amount, type: 'market' });
  /** Processes of the machine that `parent` started. */
  const childrenOf = (parent: number): readonly number[] =>
    readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').map(Number).filter(Boolean);

  beforeAll(async () => {
    simulator = await startDeribitSimulator({ secret });
    writeFileSync(profile, JSON.stringify(withEndpoint(profileNamed('deribit-sim'), simulator.ws)));
  });
  afterAll(async () => {
    running?.kill('SIGKILL');
    await simulator.stop();
  });

  test('the key goes into the vault and the venue lets it in', async () => {
    const card = ['--venue', 'deribit-sim', '--client-id', 'sim-key'];
    expect(await ended(keel(['keys', 'add', ...card], [passphrase, secret]))).toBe(0);
    expect(await ended(keel(['keys', 'test', 'deribit-sim', '--endpoint', simulator.ws], [passphrase]))).toBe(0);
    expect(said).toContain('deribit-sim let sim-key in: may trade');
  });

  test('another passphrase opens nothing, and a venue that is not there is named', async () => {
    expect(await ended(keel(['keys', 'test', 'deribit-sim', '--endpoint', simulator.ws], ['wrong wrong']))).toBe(2);
    expect(said).toContain('the passphrase does not open');
    expect(await ended(keel(['run', '--profile', 'deribit-sim', '--endpoint', 'ws://127.0.0.1:9/'], []))).toBe(2);
    expect(said).toContain('nothing answers at ws://127.0.0.1:9/');
  });

  test('a key that may withdraw is not taken, and the reason is said', async () => {
    const scope = 'account:read trade:read_write wallet:read_write';
    const other = await startDeribitSimulator({ secret, scope });
    try {
      expect(await ended(keel(['keys', 'test', 'deribit-sim', '--endpoint', other.ws], [passphrase]))).toBe(1);
      expect(said).toContain('the key sim-key may withdraw (wallet:read_write)');
    } finally {
      await other.stop();
    }
  });

  test('the engine hedges the account it found there', async () => {
    // Most of the account's delta is taken away first: what is left is within the hedger's own budget.
    await buyApart(120_000);
    const before = (await trades()).length;
    running = run('300s');
    await expect.poll(async () => (await trades()).length, PATIENCE).toBeGreaterThan(before);
  });

  test.runIf(process.platform === 'linux')('no process of Keel but the signer has seen the key', () => {
    const engine = running.pid ?? 0;
    const [signer] = childrenOf(engine);
    for (const canary of [secret, passphrase]) {
      expect(scanMemory(engine, Buffer.from(canary))).toEqual([]);
      for (const pid of [engine, signer ?? 0]) {
        expect(
          readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8'),
        ).not.toContain(canary);
      }
    }
  });

  test('cut off, it comes back and hedges what was traded meanwhile', async () => {
    await simulator.control('fault', { fault: 'kill' });
    await buyApart(30_000);
    const before = (await trades()).length;
    await expect.poll(async () => (await trades()).length, PATIENCE).toBeGreaterThan(before);
  });

  test('killed and started again, it has booked every trade once and holds what the venue holds', async () => {
    const [signer] = childrenOf(running.pid ?? 0);
    running.kill('SIGKILL');
    await ended(running);
    // The signer ends with the end of its pipe.
    await expect.poll(() => readdirSync('/proc').includes(String(signer)), PATIENCE).toBe(false);
    await buyApart(10);
    running = run('8s');
    expect(await ended(running)).toBe(0);
    expect(JSON.parse((await keelCommand('verify', file)).out)).toMatchObject({ ok: true, projections: 'equal' });

    // A session at a venue replays like any other, over both of its lives.
    expect(JSON.parse((await keelCommand('replay', file)).out)).toMatchObject({ equal: true });

    const entries = readJournal(file);
    const booked = eventsOf(entries, 'fill').map(({ fill }) => fill.trade);
    expect(new Set(booked).size).toBe(booked.length);
    const all = (await trades()).map((one) => Number(one.trade_id)).sort((a, b) => a - b);
    // What was traded before Keel first saw the account is in the positions it found.
    expect(booked.length).toBeGreaterThan(3);
    expect(booked.map(Number).sort((a, b) => a - b)).toEqual(all.slice(-booked.length));
    expect(eventsOf(entries, 'adjustment')).toEqual([]);
  });

  test('the secrets are in no file and in nothing that was said', () => {
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    expect(files.length).toBeGreaterThan(3);
    for (const canary of [secret, passphrase]) {
      for (const [name, form] of formsOf(Buffer.from(canary))) {
        for (const bytes of [...files, Buffer.from(said)]) expect([name, bytes.includes(form)]).toEqual([name, false]);
      }
    }
  });
});
