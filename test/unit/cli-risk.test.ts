import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { risk } from '#main/cli/risk.ts';

const ASOF = '2026-03-01T08:00:00Z';
const listed = {
  quote: 'USDC', settlement: 'USDC', payoff: 'linear', tick: '1', lot: '0.001', fees: { maker: '0', taker: '0' },
}; // biome-ignore format: one glance
const perpetual = (venue: string, coin: string) => ({ kind: 'perpetual', id: `${venue}:${coin}`, venue, name: coin, underlying: coin, ...listed }); // biome-ignore format: one glance
const option = (coin: string, expiry: string, strike: string) => ({
  kind: 'option', id: `deribit:${coin}-${expiry}`, venue: 'deribit', name: `${coin}-${expiry}`, underlying: coin, ...listed, expiry, strike, right: 'call',
}); // biome-ignore format: one glance

/** Ten days and ninety days: vegas weigh √3 and √(1/3) in vol points of a month. */
const NEAR = option('BTC', '2026-03-11T08:00:00Z', '50000');
const FAR = option('ETH', '2026-05-30T08:00:00Z', '2000');
const BOOK = {
  accounts: [
    { id: 'a', venue: 'deribit', name: 'A', rules: 'deribit-standard' },
    { id: 'b', venue: 'hyperliquid', name: 'B', rules: 'hyperliquid' },
  ],
  instruments: [perpetual('deribit', 'BTC'), perpetual('hyperliquid', 'ETH'), NEAR, FAR],
  positions: [
    { account: 'a', instrument: 'deribit:BTC', quantity: '-2', entry: '50000', tag: 'basis' },
    { account: 'b', instrument: 'hyperliquid:ETH', quantity: '10', entry: '2000', tag: 'basis' },
    { account: 'a', instrument: NEAR.id, quantity: '3', entry: '1000', tag: 'vol' },
    { account: 'a', instrument: FAR.id, quantity: '-5', entry: '100' },
  ],
  balances: [{ account: 'a', currency: 'BTC', cash: '1' }, { account: 'b', currency: 'USDC', cash: '9000' }], // biome-ignore format: one glance
};
const quote = (instrument: string, markVol: number | null, forward: number) => ({
  instrument, bid: null, bidSize: 0, ask: null, askSize: 0, mark: forward, markVol, forward, index: forward, funding8h: null,
}); // biome-ignore format: one glance
const MARKET = {
  asOf: ASOF,
  index: { BTC: 50_000, ETH: 2_000 },
  quotes: [quote('deribit:BTC', null, 50_000), quote('hyperliquid:ETH', null, 2_000), quote(NEAR.id, 0.5, 50_000), quote(FAR.id, 0.8, 2_000)],
}; // biome-ignore format: one glance

interface Cut {
  readonly by: string;
  readonly key: string;
  readonly rows: number;
  readonly [figure: string]: string | number;
}
interface Printed {
  readonly netAndGross: {
    benchmark: string;
    weightedBy: string;
    weights: Record<string, number>;
    cuts: readonly Cut[];
  };
  readonly positions: readonly { readonly tag?: string }[];
}

async function printed(...more: readonly string[]): Promise<Printed> {
  const folder = mkdtempSync(join(tmpdir(), 'keel-risk-'));
  const [book, market] = [join(folder, 'book.json'), join(folder, 'market.json')];
  writeFileSync(book, JSON.stringify(BOOK));
  writeFileSync(market, JSON.stringify(MARKET));
  let text = '';
  await risk.run(['--book', book, '--market', market, ...more], {
    result: (out) => {
      text += out;
    },
    say: (line) => expect(line).toBe(undefined),
  });
  return JSON.parse(text) as Printed;
}

/** N(x) to 1e-7 (Abramowitz & Stegun 26.2.17), so that nothing of the kernel is in the figures below. */
function normal(x: number): number {
  const t = 1 / (1 + 0.2316419 * x);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}

/** At-the-money forward: delta N(σ√T/2), vega per vol point F·φ(σ√T/2)·√T/100. */
function atTheMoney(forward: number, vol: number, years: number) {
  const half = (vol * Math.sqrt(years)) / 2;
  const density = Math.exp((-half * half) / 2) / Math.sqrt(2 * Math.PI);
  return { delta: normal(half), vega: (forward * density * Math.sqrt(years)) / 100 };
}

/** Protects: the exposure audit. Net and gross by every cut, weighted deltas and term-weighted vega, by hand. */
describe('keel risk: net and gross', () => {
  const near = atTheMoney(50_000, 0.5, 10 / 365);
  const far = atTheMoney(2_000, 0.8, 90 / 365);
  const btc = 50_000 * (-2 + 3 * near.delta + 1);
  const eth = 2_000 * (10 - 5 * far.delta);

  it('by underlying, expiry, tenor, venue, account, tag and settlement currency', async () => {
    const { netAndGross, positions } = await printed();
    const of = (by: string, key: string): Cut => netAndGross.cuts.find((one) => one.by === by && one.key === key)!;
    expect(of('underlying', 'BTC').netDeltaUsd).toBeCloseTo(btc, 1);
    expect(of('underlying', 'BTC').grossDeltaUsd).toBeCloseTo(50_000 * (2 + 3 * near.delta + 1), 1);
    expect(of('underlying', 'ETH').netDeltaUsd).toBeCloseTo(eth, 2);
    expect(of('underlying', 'ETH')).toMatchObject({
      longNotionalUsd: 20_000,
      shortNotionalUsd: -10_000,
      grossNotionalUsd: 30_000,
    });
    expect(of('expiry', '2026-03-11T08:00:00Z').netDeltaUsd).toBeCloseTo(150_000 * near.delta, 1);
    expect(of('tenor', 'to 1m').netVega).toBeCloseTo(3 * near.vega, 5);
    expect(of('tenor', 'to 3m').netVega).toBeCloseTo(-5 * far.vega, 5);
    expect(of('tenor', 'perpetual').netDeltaUsd).toBeCloseTo(-80_000, 8);
    expect(of('tenor', 'cash').netDeltaUsd).toBe(50_000);
    expect(of('venue', 'hyperliquid').netDeltaUsd).toBeCloseTo(20_000, 8);
    expect(of('account', 'a').rows).toBe(4);
    expect(of('tag', 'basis')).toMatchObject({ rows: 2, netDeltaUsd: -80_000, grossDeltaUsd: 120_000 });
    expect(of('tag', 'vol').netVega).toBeCloseTo(3 * near.vega, 5);
    expect(of('settlement', 'BTC').netDeltaUsd).toBe(50_000);
    expect(of('settlement', 'USDC').rows).toBe(5);
    expect(of('book', 'book').grossVega).toBeCloseTo(3 * near.vega + 5 * far.vega, 5);
    expect(positions.map((one) => one.tag)).toEqual(['basis', 'basis', 'vol', undefined, undefined, undefined]);
  });

  it('weighs vega by tenor, and delta by the vols of what is held', async () => {
    const { netAndGross } = await printed();
    const book = netAndGross.cuts.find((one) => one.by === 'book')!;
    expect(book.termVega).toBeCloseTo(3 * near.vega * Math.sqrt(3) - (5 * far.vega) / Math.sqrt(3), 4);
    expect(netAndGross).toMatchObject({ benchmark: 'BTC', weightedBy: 'vol', weights: { BTC: 1, ETH: 1.6 } });
    expect(book.weightedDeltaUsd).toBeCloseTo(btc + 1.6 * eth, 1);
  });

  it('weighs delta by betas where they are given, against the benchmark that is named', async () => {
    const { netAndGross } = await printed('--betas', 'ETH=1.25', '--benchmark', 'BTC');
    expect(netAndGross).toMatchObject({ weightedBy: 'beta', weights: { BTC: 1, ETH: 1.25 } });
    expect(netAndGross.cuts.find((one) => one.by === 'book')!.weightedDeltaUsd).toBeCloseTo(btc + 1.25 * eth, 1);
    const other = await printed('--benchmark', 'ETH');
    expect(other.netAndGross.weights).toMatchObject({ BTC: 0.625, ETH: 1 });
  });

  it('refuses betas and a benchmark it cannot use', async () => {
    await expect(printed('--betas', 'ETH')).rejects.toThrow(/^--betas: expected NAME=NUMBER,.* was "ETH"$/);
    await expect(printed('--betas', 'ETH=x')).rejects.toThrow(/^--betas: /);
    await expect(printed('--benchmark', 'DOGE')).rejects.toThrow('--benchmark: expected one of BTC, ETH, was "DOGE"');
  });
});
