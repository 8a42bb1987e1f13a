import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Backtest, readConfig, readShapes } from '#main/backtest/backtest.ts';
import type { MarketTape } from '#main/backtest/market-tape.ts';
import { runBacktest } from '#main/backtest/run.ts';
import { createMarketData } from '#main/engine/market-data.ts';
import { ROOT } from '#scripts/checkout.mjs';
import type { Quote } from '#shared/market/quote.ts';
import { seededStream } from '#shared/market/seeded.ts';
import { HOUR, SECOND } from '#shared/units/time.ts';

import { LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { type Bench, type Figures, median } from './figures.ts';

const START = Date.UTC(2024, 0, 5, 8);
const SPOT = 40_000;
/** A year's vol of the made-up tape. */
const VOL = 0.6;

/** Hourly bars of a seeded random walk: what is in them costs the same whatever it is. */
export function randomTape(hours: number): MarketTape {
  const draw = seededStream(11, 1);
  const sigma = VOL / Math.sqrt(365 * 24);
  let close = SPOT;
  const bars = Array.from({ length: hours }, () => {
    const open = close;
    close = open * Math.exp(sigma * draw.normal());
    const wick = 1 + (sigma / 3) * Math.abs(draw.normal());
    return { open, close, high: Math.max(open, close) * wick, low: Math.min(open, close) / wick, volume: 500 };
  });
  const none = () => null;
  return {
    tape: {
      ...{ id: 'backtest', title: 'random', description: '', source: '', licence: '', underlying: 'BTC' },
      ...{ startAt: START, from: START, to: START + hours * HOUR, barMs: HOUR, bars },
    },
    recorded: { funding8h: none, impliedVol: none, vol: none, halfSpreadBp: none },
    anchor: { anchorAt: new Date(START).toISOString(), anchorSpot: SPOT, atmLevel: VOL },
    ...{ dataHash: '', files: [], notes: [] },
  };
}

/** A short straddle of half a year, hedged by the default policy. */
export function configOf(hours: number, hedged: boolean) {
  const demo = JSON.parse(
    readFileSync(join(ROOT, 'resources', 'backtests', 'march-2020.json'), 'utf8'),
  ) as Backtest['head']['config'] & object;
  const straddle = ['P', 'C'].map((right) => ({ instrument: `BTC-28JUN24-40000-${right}`, quantity: '-5' }));
  const coins = { instrument: 'BTC-PERPETUAL', quantity: '-1000000' };
  const account = {
    ...{ id: 'options', venue: 'deribit-paper', name: 'Options', rules: 'deribit-standard', positions: [...straddle, coins] },
    balances: [{ currency: 'BTC', amount: '25' }, { currency: 'USDC', amount: '2000000' }],
  }; // biome-ignore format: one glance
  const listing = { expiries: ['2024-06-28T08:00:00Z'], strikes: { from: 40_000, to: 40_000, step: 500 } };
  const given = {
    ...demo,
    ...{ from: START, to: START + hours * HOUR, sampleSeconds: 3_600, book: { accounts: [account], listing } },
    ...{ hedge: hedged ? { underlying: 'BTC', maximumClip: 5 } : null },
  };
  return readConfig(JSON.stringify(given), 'bench');
}

/** Seconds of tape a second, through everything a backtest does. */
export async function kernelRate(hours: number, hedged: boolean): Promise<number> {
  const resources = readShapes((name) => readFileSync(join(ROOT, 'resources', name), 'utf8'));
  const from = performance.now();
  await runBacktest({ config: configOf(hours, hedged), market: randomTape(hours), resources });
  return (hours * HOUR) / (performance.now() - from);
}

/** Quotes a second that the engine's market data takes one by one, checks and keeps. */
function marketDataRate(count: number): number {
  const market = createMarketData(() => START, HOUR, () => LINEAR_PERPETUAL); // biome-ignore format: one glance
  const quotes = Array.from({ length: 1_000 }, (_, k): Quote => {
    const mark = SPOT + (k % 7);
    const sides = { bid: mark - 0.5, bidSize: 1, ask: mark + 0.5, askSize: 1 };
    const shared = { markVol: null, forward: mark, index: mark, funding8h: 0, tsReceived: START };
    return { instrument: LINEAR_PERPETUAL.id, ...sides, mark, ...shared, tsEvent: START + k * SECOND };
  });
  const batches = quotes.map((quote) => [quote]);
  const from = performance.now();
  for (let taken = 0; taken < count; taken += batches.length) {
    const shift = taken * SECOND;
    for (const batch of batches)
      market.take(LINEAR_PERPETUAL.venue, [{ ...batch[0]!, tsEvent: batch[0]!.tsEvent + shift }]);
  }
  return (1_000 * count) / (performance.now() - from);
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
 * is a second of tape time.
 */
export const replayTicks: Bench = async ({ peers, quick, long }) => {
  const hours = long ? 2_778 : quick ? 72 : 480;
  const rounds = quick ? 1 : 3;
  const taken = { hedged: [] as number[], plain: [] as number[], market: [] as number[], loop: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    taken.loop.push(callbackRate(1e7));
    taken.market.push(marketDataRate(2e6));
    taken.plain.push(await kernelRate(hours, false));
    taken.hedged.push(await kernelRate(hours, true));
  }
  const [hedged, plain, market, loop] = [taken.hedged, taken.plain, taken.market, taken.loop].map((one) => median(one));
  const grademark = grademarkRate(peers);
  const figures: Figures = {
    replay_ticks: hours * 3_600,
    replay_events_per_s: hedged!,
    replay_ticks_vs_callback: loop! / hedged!,
    replay_unhedged_vs_callback: loop! / plain!,
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
