// Sessions at venues other than Deribit, with real processes: order, fill, kill -9, another life; nothing is booked twice
// and nothing is missing. On Hyperliquid's simulator alone with orders of its own, and on all simulators in one book.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExchangeClient, HttpTransport, InfoClient } from '@nktkas/hyperliquid';
import { SymbolConverter } from '@nktkas/hyperliquid/utils';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NODE_24, ROOT } from '#scripts/checkout.mjs';
import type { RiskReport } from '#shared/risk/report.ts';
import { deribitOwner, type SimulatorProcess } from '#test/support/deribit-simulator.ts';
import { eventsOf, keelCommand, readJournal } from '#test/support/electron-journal.ts';
import { makeSimulatorVault, type Simulators, startSimulators } from '#test/support/simulators.ts';
import { KEY } from '#test/venues/deribit/keys.ts';
import { AGENT_KEY, USER } from '#test/venues/hyperliquid/keys.ts';
import { KEY as OKX_KEY } from '#test/venues/okx/simulator.ts';

const PATIENCE = { timeout: 60_000, interval: 200 };
const QUIET = { ...PATIENCE, interval: 500 };
const PASSPHRASE = 'all of them in one';

/** The account at Hyperliquid in its owner's hand, through a client this project did not write. */
async function hyperliquidOwner(http: string) {
  const transport = new HttpTransport({ isTestnet: true, apiUrl: http });
  const exchange = new ExchangeClient({ transport, wallet: privateKeyToAccount(AGENT_KEY) });
  const info = new InfoClient({ transport });
  const asset = (await SymbolConverter.create({ transport })).getAssetId('BTC') ?? -1;
  return {
    sell: async (coins: number): Promise<void> => {
      const leg = { a: asset, b: false, p: '7000', s: `${coins}`, r: false, t: { limit: { tif: 'Ioc' } } } as const;
      await exchange.order({ orders: [leg], grouping: 'na' });
    },
    trades: async () => (await info.userFills({ user: `0x${USER.slice(2)}` })).map(({ tid }) => String(tid)),
  };
}

/** Trades of the account at OKX, asked for as its documentation says. */
async function okxTrades(http: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const type of ['SPOT', 'SWAP', 'FUTURES', 'OPTION']) {
    const [path, at] = [`/api/v5/trade/fills-history?instType=${type}`, new Date().toISOString()];
    const signature = createHmac('sha256', OKX_KEY.secret).update(`${at}GET${path}`).digest('base64');
    const names = { key: OKX_KEY.apiKey, passphrase: OKX_KEY.password, timestamp: at, sign: signature };
    const headers = Object.fromEntries(Object.entries(names).map(([name, value]) => [`OK-ACCESS-${name}`, value]));
    const { data } = (await (await fetch(`${http}${path}`, { headers })).json()) as { data: { tradeId: string }[] };
    ids.push(...data.map(({ tradeId }) => tradeId));
  }
  return ids;
}

interface Running {
  readonly child: ChildProcess;
  said(): string;
  /** What was written for programs: the last report. */
  report(): RiskReport;
}

/** Runs the built command line on the simulators, and hears what it says. */
function startKeel(profile: string, options: readonly string[]): Running {
  const cli = join(ROOT, 'out', 'cli', 'keel.js');
  const child = spawn(NODE_24, [cli, 'run', '--profile', profile, ...options], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stdin?.end(`${PASSPHRASE}\n`);
  return { child, said: () => said, report: () => JSON.parse(out) as RiskReport };
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', resolve));
}

describe('trading at several simulators', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keel-all-'));
  const vault = join(folder, 'vault.json');
  let simulators: Simulators;
  let hyperliquid: Awaited<ReturnType<typeof hyperliquidOwner>>;
  let deribit: SimulatorProcess['call'];
  let running: ChildProcess | null = null;

  const run = (profile: string, time: string, hedging: string, file: string) => {
    const where = ['--endpoint', simulators.endpoint, '--vault', vault, '--record', file];
    const started = startKeel(profile, [...where, '--for', time, '--auto-hedge', hedging]);
    running = started.child;
    return started;
  };
  /** Every trade of the accounts, but for Derive's, where nothing is cheap to hedge in. */
  const trades = async (): Promise<readonly string[]> => {
    const asked = { currency: 'BTC', start_timestamp: 1, end_timestamp: 4_000_000_000_000, count: 100 };
    const method = 'private/get_user_trades_by_currency_and_time';
    const there = (await deribit<{ trades: { trade_id: string }[] }>(method, asked)).trades;
    const okx = await okxTrades(simulators.http('okx-sim'));
    return [...(await hyperliquid.trades()), ...there.map((one) => one.trade_id), ...okx];
  };
  /** How many trades there are when an order of the owner's has traded and nothing more follows. */
  const tradesAfter = async (act: () => Promise<unknown>): Promise<number> => {
    const known = (await trades()).length;
    await act();
    let count = known;
    await expect
      .poll(async () => {
        const last = count;
        count = (await trades()).length;
        return count > known && count === last;
      }, QUIET)
      .toBe(true);
    return count;
  };
  /** Two lives of a session: `during` the first, which is then killed, and a short second one. */
  const liveTwice = async (
    profile: string,
    hedging: 'automatic' | 'off',
    during: (first: ReturnType<typeof run>) => Promise<unknown>,
  ): Promise<{ readonly file: string; readonly report: RiskReport }> => {
    const file = join(folder, `${profile}.db`);
    const first = run(profile, '300s', hedging, file);
    await expect.poll(first.said, PATIENCE).toContain('session recorded');
    await during(first);
    first.child.kill('SIGKILL');
    await ended(first.child);
    const second = run(profile, '8s', hedging, file);
    expect(await ended(second.child), second.said()).toBe(0);
    return { file, report: second.report() };
  };
  const check = async (
    { file, report }: Awaited<ReturnType<typeof liveTwice>>,
    venues: readonly string[],
    before: number,
  ): Promise<void> => {
    const told = report.exposures.flatMap(({ by, key }) => (by === 'venue' ? [key] : []));
    expect(told.sort()).toEqual([...venues].sort());
    const entries = readJournal(file);
    const fills = eventsOf(entries, 'fill').map(({ fill }) => `${fill.venue} ${fill.trade}`);
    expect(new Set(fills).size).toBe(fills.length);
    // What was traded before Keel first saw the accounts is in the positions it found.
    const all = await trades();
    expect(fills.length).toBe(all.length - before);
    expect(fills.length).toBeGreaterThan(1);
    // On a chain interest and funding have run on between the two lives.
    const onBooks = eventsOf(entries, 'adjustment').filter(({ adjustment }) => adjustment.account.endsWith('-sim'));
    expect(onBooks).toEqual([]);
    const asked = eventsOf(entries, 'reconciled').map(({ venue }) => venue);
    for (const venue of venues) expect(asked.filter((one) => one === venue).length, venue).toBeGreaterThan(0);
    expect(JSON.parse((await keelCommand('verify', file)).out)).toMatchObject({ ok: true, projections: 'equal' });
  };

  beforeAll(async () => {
    simulators = await startSimulators();
    await makeSimulatorVault(vault, PASSPHRASE);
    hyperliquid = await hyperliquidOwner(simulators.http('hyperliquid-sim'));
    deribit = await deribitOwner(simulators.http('deribit-sim'), KEY.secret);
  });
  afterAll(async () => {
    running?.kill('SIGKILL');
    await simulators?.stop();
  });

  test('on Hyperliquid alone: killed while it hedges, it has booked every trade once', async () => {
    const before = await tradesAfter(() => hyperliquid.sell(17));
    const lives = await liveTwice('hyperliquid-sim', 'automatic', async (first) => {
      await expect.poll(async () => (await trades()).length, PATIENCE).toBeGreaterThan(before);
      const sent = first.said().split(': send: ').length;
      // The owner's own trade is booked like any other of the account.
      await hyperliquid.sell(2);
      await expect.poll(() => first.said().split(': send: ').length, PATIENCE).toBeGreaterThan(sent);
    });
    await check(lives, ['hyperliquid-sim'], before);
  });

  test('on all simulators in one book: what trades before and after the kill is booked once', async () => {
    const before = (await trades()).length;
    const order = { instrument_name: 'BTC-PERPETUAL', amount: 1_000, type: 'market' };
    const lives = await liveTwice('all-sims', 'off', async () => {
      await tradesAfter(() => Promise.all([hyperliquid.sell(1), deribit('private/buy', order)]));
    });
    const onChain = ['aave-sim', 'uniswap-sim', 'perp-sim'];
    await check(lives, ['deribit-sim', 'hyperliquid-sim', 'derive-sim', 'okx-sim', ...onChain], before);
  });
});
