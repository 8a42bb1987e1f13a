import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Backtest, readConfig, readShapes } from '#main/backtest/backtest.ts';
import type { MarketTape } from '#main/backtest/market-tape.ts';
import { runBacktest } from '#main/backtest/run.ts';
import { barsOf } from '#main/backtest/ticks.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { seededStream } from '#shared/market/seeded.ts';
import { HOUR, SECOND } from '#shared/units/time.ts';
import { type Bench, type Figures, median } from './figures.ts';

const START = Date.UTC(2024, 0, 5, 8);
const SPOT = 40_000;
/** A year's vol of the made-up tape. */
const VOL = 0.6;

const HOUR_S = HOUR / SECOND;

/** A seeded random walk, a price a second: what is in it costs the same whatever it is. */
function randomTicks(hours: number): Float64Array {
  const draw = seededStream(11, 1);
  const sigma = VOL / Math.sqrt(365 * 24 * HOUR_S);
  let price = SPOT;
  return Float64Array.from({ length: hours * HOUR_S }, () => {
    price *= Math.exp(sigma * draw.normal());
    return Math.round(100 * price) / 100;
  });
}

/** A tape of those prices in hourly bars. */
function tapeOf(ticks: Float64Array): MarketTape {
  const none = () => null;
  const hours = ticks.length / HOUR_S;
  return {
    tape: {
      ...{ id: 'backtest', title: 'random', description: '', source: '', licence: '', underlying: 'BTC' },
      ...{ startAt: START, from: START, to: START + hours * HOUR, barMs: HOUR, bars: barsOf(ticks, HOUR_S), ticks },
    },
    recorded: { funding8h: none, impliedVol: none, vol: none, halfSpreadBp: none, depth: none },
    anchor: { anchorAt: new Date(START).toISOString(), anchorSpot: SPOT, atmLevel: VOL },
    ...{ dataHash: '', files: [], notes: [] },
  };
}

/** What a run does beside following the market. */
type Load = 'hedged' | 'held' | 'market';

/** A short straddle of half a year over coins sold forward; hedged by the default policy, held, or cash alone. */
function configOf(hours: number, load: Load) {
  const demo = JSON.parse(
    readFileSync(join(ROOT, 'resources', 'backtests', 'march-2020.json'), 'utf8'),
  ) as Backtest['head']['config'] & object;
  const straddle = ['P', 'C'].map((right) => ({ instrument: `BTC-28JUN24-40000-${right}`, quantity: '-5' }));
  const coins = { instrument: 'BTC-PERPETUAL', quantity: '-1000000' };
  const account = {
    ...{ id: 'options', venue: 'deribit-paper', name: 'Options', rules: 'deribit-standard', positions: load === 'market' ? [] : [...straddle, coins] },
    balances: [{ currency: 'BTC', amount: '25' }, { currency: 'USDC', amount: '2000000' }],
  }; // biome-ignore format: one glance
  const listing = { expiries: ['2024-06-28T08:00:00Z'], strikes: { from: 40_000, to: 40_000, step: 500 } };
  const given = {
    ...demo,
    ...{
      from: START,
      to: START + hours * HOUR,
      sampleSeconds: load === 'market' ? 86_400 : 3_600,
      book: { accounts: [account], listing },
    },
    ...{ hedge: load === 'hedged' ? { underlying: 'BTC', maximumClip: 5 } : null },
  };
  return readConfig(JSON.stringify(given), 'bench');
}

/** Ticks a second, through everything a backtest does; folding them to bars is part of it. */
async function kernelRate(ticks: Float64Array, load: Load): Promise<number> {
  const resources = readShapes((name) => readFileSync(join(ROOT, 'resources', name), 'utf8'));
  const config = configOf(ticks.length / HOUR_S, load);
  const from = performance.now();
  const { counts } = await runBacktest({ config, market: tapeOf(ticks), resources });
  if (load === 'hedged' && (counts.fills === 0 || counts.denied > 0)) throw new Error('the run did not hedge');
  return (1_000 * ticks.length) / (performance.now() - from);
}

/** The simplest loop there is: a callback per tick that keeps a position's worth and hedges at a band. */
function callbackRate(count: number): number {
  const draw = seededStream(3, 1);
  const prices = Float64Array.from({ length: 100_000 }, () => SPOT + 100 * draw.normal());
  let [position, equity, last, fills] = [0, 0, SPOT, 0];
  const onTick = (price: number): void => {
    equity += position * (price - last);
    last = price;
    const delta = (price - SPOT) / 1_000 + position;
    if (Math.abs(delta) < 0.1) return;
    position -= delta;
    equity -= Math.abs(delta) * price * 5e-4;
    fills += 1;
  };
  const from = performance.now();
  for (let tick = 0; tick < count; tick++) onTick(prices[tick % prices.length]!);
  const rate = (1_000 * count) / (performance.now() - from);
  if (!Number.isFinite(equity) || fills === 0) throw new Error('the loop did nothing');
  return rate;
}

/** Bars a second of npm grademark, by the peers' own program; null where it is not installed beside them. */
function grademarkRate(peers: string | null): number | string {
  if (peers === null) return '--peers PATH is missing';
  const program = join(peers, 'js', 'replay.mjs');
  const env = { ...process.env, PEERS_ROOT: process.env.PEERS_ROOT ?? peers };
  const lines = execFileSync(process.execPath, [program, '100000', '1'], { env, encoding: 'utf8' }).trim().split('\n');
  const found = lines.map((line) => JSON.parse(line) as { who: string; events_per_s?: number; error?: string });
  const own = found.find((one) => one.who.includes('grademark'));
  return (
    own?.events_per_s ?? `grademark could not be run (PEERS_ROOT names the folder it is installed in): ${own?.error}`
  );
}

/**
 * Ticks through the whole kernel (exchange, market data, risk report, hedging policy, gate, orders, journal) as ratios to
 * a plain callback loop and to npm grademark, all taken in one run: time a tick over time a tick, less is better. A tick
 * is a second of tape time. `held`: options are valued and margined, nobody hedges; `market`: the same run over cash alone.
 */
export const replayTicks: Bench = async ({ peers, quick, long }) => {
  // 1e7 of them; runs that hold options take fewer, but for --long.
  const all = randomTicks(2_778);
  const ticks = long ? all : all.subarray(0, (quick ? 240 : 960) * HOUR_S);
  const rounds = quick ? 1 : 3;
  const taken = { hedged: [] as number[], held: [] as number[], market: [] as number[], loop: [] as number[] };
  // The first run compiles; a long one does not notice.
  if (!long) await kernelRate(ticks, 'hedged');
  for (let round = 0; round < rounds; round++) {
    taken.loop.push(callbackRate(1e7));
    taken.market.push(await kernelRate(all, 'market'));
    taken.held.push(await kernelRate(ticks, 'held'));
    taken.hedged.push(await kernelRate(ticks, 'hedged'));
  }
  const [hedged, held, market, loop] = [taken.hedged, taken.held, taken.market, taken.loop].map((one) => median(one));
  const grademark = grademarkRate(peers);
  const figures: Figures = {
    replay_ticks: ticks.length,
    replay_events_per_s: hedged!,
    replay_ticks_vs_callback: loop! / hedged!,
    replay_unhedged_vs_callback: loop! / held!,
    replay_market_data_vs_callback: loop! / market!,
  };
  if (typeof grademark === 'string')
    return { ...figures, replay_ticks_vs_grademark: null, replay_ticks_vs_grademark_why: grademark };
  return {
    ...figures,
    replay_ticks_vs_grademark: grademark / hedged!,
    replay_market_data_vs_grademark: grademark / market!,
  };
};
