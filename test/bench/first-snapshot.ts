import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import ccxt from 'ccxt';
import { ROOT } from '#scripts/checkout.mjs';
import type { InstrumentId } from '#shared/units/ids.ts';
import { KEY } from '#test/venues/deribit/keys.ts';
import { type Bench, median } from './figures.ts';
import { benchDeribit } from './load/adapter.ts';
import type { Listed } from './load/messages.ts';

const ROUNDS = 5;

/** From nothing to a quote of every instrument that is listed, with its Greeks; milliseconds. */
async function ours({ ws, instruments }: Listed, round: number): Promise<number> {
  const { adapter } = benchDeribit({ venue: `first-${round}`, url: ws });
  const quoted = new Set<InstrumentId>();
  const started = performance.now();
  const complete = new Promise<void>((resolve) => {
    adapter.subscribe((event) => {
      if (event.type !== 'quotes') return;
      for (const one of event.quotes) quoted.add(one.instrument);
      if (quoted.size >= instruments) resolve();
    });
  });
  await adapter.connect();
  await complete;
  const took = performance.now() - started;
  await adapter.close();
  return took;
}

/** The same by ccxt: its markets, and the tickers of both settlement currencies, which carry no Greeks. */
async function theirs({ rest, instruments }: Listed): Promise<number> {
  const client = new ccxt.deribit({ apiKey: KEY.id, secret: KEY.secret, enableRateLimit: false });
  client.urls.api = { rest, ws: rest };
  const started = performance.now();
  await client.loadMarkets();
  const [coin, dollars] = [await client.fetchTickers(undefined, { code: 'BTC' }), await client.fetchTickers(undefined, { code: 'USDC' })]; // biome-ignore format: one glance
  const took = performance.now() - started;
  const found = Object.keys(coin).length + Object.keys(dollars).length;
  if (found < instruments) throw new Error(`ccxt found ${found} of ${instruments} tickers`);
  await client.close();
  return took;
}

/**
 * `first_snapshot_vs_ccxt`: from start to the first complete snapshot of 5,400 instruments, over ccxt's loadMarkets and
 * tickers, on the same simulator and in turns.
 */
export const firstSnapshotVsCcxt: Bench = async ({ quick }) => {
  const child = fork(join(ROOT, 'test/bench/load/listing.ts'));
  try {
    const [listed] = (await once(child, 'message')) as [Listed];
    await ours(listed, 0);
    await theirs(listed);
    const rounds: { ours: number; theirs: number }[] = [];
    for (let i = 1; i <= (quick ? 2 : ROUNDS); i++) {
      rounds.push({ ours: await ours(listed, i), theirs: await theirs(listed) });
    }
    return {
      first_snapshot_vs_ccxt: median(rounds.map((one) => one.ours / one.theirs)),
      first_snapshot_ms: median(rounds.map((one) => one.ours)),
      first_snapshot_ccxt_ms: median(rounds.map((one) => one.theirs)),
      first_snapshot_instruments: listed.instruments,
    };
  } finally {
    child.disconnect();
  }
};
