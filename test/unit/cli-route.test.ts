import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { route } from '#main/cli/route.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { toFault } from '#shared/units/result.ts';

const ORDER = join(ROOT, 'test/fixtures/router/order.json');
const MARKET = join(ROOT, 'test/fixtures/router/market.json');

interface Printed {
  readonly placedCoins: number;
  readonly slices: readonly { readonly cost: { readonly total: number } }[];
  readonly proof: { readonly costUsd: number; readonly reallocation: { readonly changeUsd: number } | null };
  readonly unusable: readonly { readonly instrument: string; readonly why: string }[];
  readonly reasons: readonly string[];
}

/** What the command prints and says, and its exit code as the command line would give it. */
async function keelRoute(order: string, market = MARKET): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const output = {
    result: (text: string) => {
      out += text;
    },
    say: (text: string) => {
      err += text;
    },
  };
  try {
    return { code: await route.run(['--order', order, '--market', market], output), out, err };
  } catch (thrown) {
    return { code: 2, out, err: toFault(thrown).message };
  }
}

function altered(file: string, change: (text: string) => string): string {
  const copy = join(mkdtempSync(join(tmpdir(), 'keel-route-')), 'altered.json');
  const text = readFileSync(file, 'utf8');
  expect(change(text)).not.toBe(text);
  writeFileSync(copy, change(text));
  return copy;
}

describe('keel route', () => {
  it('prints slices, costs by part, the proof and why not the rest', async () => {
    const { code, out, err } = await keelRoute(ORDER);
    expect([code, err]).toEqual([0, '']);
    const routing = JSON.parse(out) as Printed;
    expect(routing.placedCoins).toBeCloseTo(6.5, 9);
    expect(routing.slices.length).toBeGreaterThan(1);
    expect(routing.slices.reduce((sum, one) => sum + one.cost.total, 0)).toBeCloseTo(routing.proof.costUsd, 6);
    expect(routing.proof).toMatchObject({ kind: 'optimal' });
    expect(routing.proof.reallocation?.changeUsd).toBeGreaterThanOrEqual(0);
    expect(routing.unusable).toMatchObject([{ instrument: 'delta:BTC-26JUN26', why: 'the venue is stale' }]);
    expect(routing.reasons.join(' ')).toMatch(/Next best is .* more, mostly/);
  });

  it('prices a schedule, and plans legs', async () => {
    const twap = await keelRoute(
      altered(ORDER, (text) =>
        text.replace(/\}\s*$/, ', "schedule": { "kind": "twap", "minutes": 30, "slices": 5 } }'),
      ),
    );
    expect(JSON.parse(twap.out)).toMatchObject({ outlook: { children: { length: 5 } } });
    const legs = await keelRoute(
      altered(ORDER, (text) =>
        text.replace(
          /"side": "buy",\s*"quantity": "6.5",/,
          `"legs": [{ "side": "buy", "quantity": "1", "instruments": ["alpha:BTC-PERP"] },
                    { "side": "sell", "quantity": "1", "instruments": ["beta:BTC-USD-PERP"] }],`,
        ),
      ),
    );
    expect(legs.err).toBe('');
    expect(JSON.parse(legs.out)).toMatchObject({ legs: { length: 2 }, plan: { steps: { length: 2 } } });
  });

  it('exits 1 with one line where all or nothing cannot be had', async () => {
    const order = altered(ORDER, (text) =>
      text.replace('"6.5"', '"6500"').replace(/\}\s*$/, ', "allOrNothing": true }'),
    );
    const { code, out, err } = await keelRoute(order);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^keel route: only .* of 6500 can be placed .*all or nothing$/);
  });
});

describe('bad input: exit 2, one line that names the field, nothing on standard output', () => {
  const order = (from: string | RegExp, to: string) => () =>
    keelRoute(altered(ORDER, (text) => text.replace(from, to)));
  const market = (from: string | RegExp, to: string) => () =>
    keelRoute(
      ORDER,
      altered(MARKET, (text) => text.replace(from, to)),
    );
  it.each([
    ['an unknown key', order('"holdingHours"', '"holdingDays"'), /line 5, holdingDays: expected no such field/],
    ['a quantity that is no decimal', order('"6.5"', '"six"'), /line \d+, quantity: .*expected a decimal such as/],
    ['a quantity of zero', order('"6.5"', '"0"'), /line \d+, quantity: .*above zero/],
    ['no side', order('"side": "buy",', ''), /side: expected buy or sell, was missing/],
    ['an impossible cap', order('"collarBp": 50', '"collarBp": 0'), /line \d+, collarBp: .*>0/],
    ['a book out of order', market(/\[\s*59990,\s*3\s*\]/, '[59999, 3]'), /books\.0\.bids\.1\.0: expected prices that fall/],
    ['a crossed book', market(/\[\s*60005,\s*2\s*\]/, '[59990, 2]'), /books\.0\.asks\.0\.0: expected a best ask above/],
    ['a book of nothing listed', market('"instrument": "gamma:BTC/USDC",\n      "gasUsd"', '"instrument": "nowhere:X", "gasUsd"'), /nowhere:X is not among/],
    ['an account twice', order('"id": "beta-main"', '"id": "alpha-main"'), /accounts of the order file: alpha-main stands there twice/],
    ['a book twice', market('"instrument": "beta:BTC-USD-PERP",\n      "bids"', '"instrument": "alpha:BTC-PERP", "bids"'), /books .*alpha:BTC-PERP stands there twice/],
    ['an underlying without index', market('"BTC": 60000', '"ETH": 60000'), /no index of BTC/],
  ])('%s', async (_name, run, message) => {
    const { code, out, err } = await run();
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err.split('\n')).toHaveLength(1);
  }); // biome-ignore format: one glance
});
