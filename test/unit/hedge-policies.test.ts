import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HedgeQuestion, proposeHedge } from '#shared/control/delta-hedger.ts';
import { type DueView, hedgeDue } from '#shared/control/hedge-due.ts';
import { DEFAULT_POLICY, type HedgePolicy, RULE_POLICY } from '#shared/control/hedge-policy.ts';
import { splitHedge } from '#shared/control/hedge-split.ts';
import { type OptionCandidate, proposeOptionHedge } from '#shared/control/option-hedge.ts';
import { type OptionUnit, optionUnit } from '#shared/control/option-unit.ts';
import { policyFile, policyFrom } from '#shared/ipc/hedge-policy-file.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { Exposure, RiskReport } from '#shared/risk/report.ts';
import { poolsWith, withOrders } from '#shared/risk/what-if.ts';
import { readJson } from '#shared/units/reading.ts';
import { toFault, unwrap } from '#shared/units/result.ts';
import { option } from '#test/support/domain.ts';
import { ASOF, demoHeld, INSTRUMENTS, marketAt, reportAt } from '#test/support/risk.ts';

const SPOT = 7_380;
const market = marketAt(SPOT);
const held = demoHeld();
const report = reportAt(held, market);
function exposureIn(of: RiskReport): Exposure {
  const found = of.exposures.find((one) => one.by === 'underlying' && one.key === 'BTC');
  if (!found) throw new Error('the book has no BTC');
  return found;
}

const own = exposureIn(report);
const DELTA = own.delta;

const depth = new Map<string, OrderBook>(
  [...market.quotes.values()].map((quote) => {
    const level = (sign: number) => [{ price: quote.mark * (1 + sign * 0.0005), size: 1e6 }];
    return [quote.instrument, { instrument: quote.instrument, bids: level(-1), asks: level(1), at: ASOF }];
  }),
);

function question(more: Partial<HedgeQuestion> = {}): HedgeQuestion {
  return {
      id: 'h', underlying: 'BTC', report, market, accounts: held.accounts, instruments: INSTRUMENTS, depth, deltaInFlight: 0,
      policy: DEFAULT_POLICY, ratio: 1, route: null, whatIf: (orders) => poolsWith(held, orders, { market, now: ASOF }), cash: new Map(), ...more,
    }; // biome-ignore format: one glance
}

function proposal(policy: Partial<HedgePolicy>, more: Partial<HedgeQuestion> = {}) {
  return unwrap(proposeHedge(question({ policy: { ...DEFAULT_POLICY, ...policy }, ...more })));
}

describe('how far a hedge goes', () => {
  it('into the nearer edge of the band by the smallest clip where the policy says so, and no further with lots rounded down', () => {
    const fixed = { rule: 'fixed', halfWidth: 1 } as const;
    const edge = proposal({ band: fixed, goTo: 'edge', rounding: 'down' });
    const inside = 1 - DEFAULT_POLICY.minimumClip;
    expect(edge.after.delta).toBeGreaterThanOrEqual(inside);
    expect(edge.after.delta).toBeLessThan(inside + 0.01);
    expect(proposal({ band: fixed }).after.delta).toBeCloseTo(0, 2);
  });

  it('at most the largest clip at once, and not at all below the smallest', () => {
    const clipped = proposal({ maximumClip: 0.5 });
    expect(clipped.before.delta - clipped.after.delta).toBeCloseTo(0.5, 2);
    expect(proposal({ minimumClip: 100 }).chosen).toBeNull();
  });

  it('to a target that is not flat, less what is in flight', () => {
    expect(proposal({ target: 1.5 }).after.delta).toBeCloseTo(1.5, 2);
    expect(proposal({ target: DELTA - 1 }, { deltaInFlight: -1 }).chosen).toBeNull();
  });
});

describe('which delta', () => {
  it('of the whole book, other coins by beta and price', () => {
    const ether: Exposure = { ...own, key: 'ETH', delta: 20, vega: 0 };
    const both = { ...report, spot: { ...report.spot, ETH: 200 }, exposures: [...report.exposures, ether] };
    const book = { scope: { of: 'book', betas: { ETH: 1.2 } } } as const;
    // 20 ETH at 200 and a beta of 1.2 are 4,800 USD of BTC.
    expect(proposal(book, { report: both }).current).toBeCloseTo(DELTA + 4_800 / SPOT, 9);
    expect(proposal({ scope: { of: 'book', betas: {} } }, { report: both }).current).toBeCloseTo(
      DELTA + 4_000 / SPOT,
      9,
    );
    expect(proposal({}, { report: both }).current).toBeCloseTo(DELTA, 9);
  });

  it('with vol moving against spot: a short of vega is longer than its model says', () => {
    expect(own.vega).toBeLessThan(0);
    const least = { by: 'minimum-variance', correlation: -0.5, volOfVol: 0.8 } as const;
    expect(proposal({ measure: least }).current).toBeGreaterThan(DELTA);
  });

  it('Zakamouline’s is taken at more vol for a book short of gamma', () => {
    const band = { rule: 'zakamouline', riskAversion: 0.01, cost: 0.001, days: 15, atLeast: 0.01, atMost: 5 } as const;
    expect(own.gamma).toBeLessThan(0);
    expect(proposal({ band }, { vanna: 0.1 }).current).toBeGreaterThan(DELTA);
    expect(proposal({ band }).current).toBeCloseTo(DELTA, 9);
    expect(proposal({ band }).bandRule).toBe('Zakamouline');
  });
});

const VIEW: DueView = { gap: 0, band: 0.3, gamma: 0.003, spot: 7_000, vol: 0.9, at: 1_000_000, lastHedgedAt: null };
const due = (policy: Partial<HedgePolicy>, view: Partial<DueView> = {}) =>
  hedgeDue({ ...DEFAULT_POLICY, ...policy }, { ...VIEW, ...view });

describe('when a hedge is due', () => {
  it('outside the band, not inside, and not while it cools down', () => {
    expect(due({}, { gap: 0.2 }).now).toBe(false);
    expect(due({}, { gap: -0.4 }).now).toBe(true);
    expect(due({ coolDownSeconds: 60 }, { gap: 0.4, lastHedgedAt: 970_000 })).toMatchObject({
      now: false,
      lookAgainMs: 30_000,
    });
    expect(due({ coolDownSeconds: 60 }, { gap: 0.4, lastHedgedAt: 940_000 }).now).toBe(true);
  });

  it('by time: at its hour, wherever delta stands', () => {
    const hourly = { band: { rule: 'time', everyMinutes: 60 } } as const;
    expect(due(hourly, { gap: 9, lastHedgedAt: 1_000_000 - 600_000 })).toMatchObject({
      now: false,
      lookAgainMs: 3_000_000,
    });
    expect(due(hourly, { gap: 0.01, lastHedgedAt: 1_000_000 - 3_600_000 }).now).toBe(true);
    expect(due(hourly, { lastHedgedAt: null }).now).toBe(true);
    const asked = proposal(hourly, { lastHedgedAt: report.asOf - 60_000 });
    expect([asked.insideBand, asked.bandRule]).toEqual([true, 'by time']);
  });

  // 0.3 coins at 2 · 0.003 · 7,000 · 0.9 = 37.8 coins a root year: (0.3 / 37.8)² years = 1,986 s.
  it('gamma decides how often it looks, between the policy’s bounds', () => {
    const wide = { lookSeconds: { least: 1, most: 86_400 } };
    expect(due(wide).lookAgainMs / 1000).toBeCloseTo((0.3 / 37.8) ** 2 * 31_536_000, 6);
    expect(due(wide, { gamma: 0.006 }).lookAgainMs).toBeCloseTo(due(wide).lookAgainMs / 4, 6);
    expect(due(wide, { gap: 0.15 }).lookAgainMs).toBeCloseTo(due(wide).lookAgainMs / 4, 6);
    expect(due({}, { gamma: 0 }).lookAgainMs).toBe(300_000);
    expect(due({}, { gamma: 100 }).lookAgainMs).toBe(1_000);
  });
});

describe('which instrument', () => {
  it('counts what melts of a premium: a hedge sold in the future earns it, one bought pays', () => {
    // The future stands 90 over the index and runs 105 d 23 h; over eight hours a seller earns 90 · 8 / 2,543 a coin.
    const route = (ratio: number) =>
      proposal({}, { ratio }).routes.find((one) => one.instrument.endsWith('26JUN20')) ?? {
        delta: 0,
        cost: { funding: 0 },
      };
    const sold = route(1);
    expect(sold.delta).toBeLessThan(0);
    expect(sold.cost.funding / sold.delta).toBeCloseTo((90 * 8) / 2_543, 6);
    const bought = route(-1);
    expect(bought.cost.funding / bought.delta).toBeCloseTo((90 * 8) / 2_543, 6);
  });
});

function candidates(): readonly OptionCandidate[] {
  return INSTRUMENTS.flatMap((instrument) => {
    const quote = market.quotes.get(instrument.id);
    const unit = instrument.kind === 'option' && quote ? optionUnit(instrument, quote, ASOF) : null;
    return instrument.kind === 'option' && unit ? [{ account: 'options', instrument, unit }] : [];
  });
}

type GridUnit = Pick<OptionUnit, 'gamma' | 'vega' | 'buyCostUsd' | 'sellCostUsd'>;

const CONTRACTS = Array.from({ length: 17 }, (_, at) => at - 8);
const TRIPLES = CONTRACTS.flatMap((a) => CONTRACTS.flatMap((b) => CONTRACTS.map((c) => [a, b, c])));

/** Least cost of up to eight contracts of each option that bring both Greeks within 2 of nil; infinite where none does. */
function cheapestOnGrid(units: readonly GridUnit[], gamma: number, vega: number): number {
  const summed = (counts: readonly number[], per: (unit: GridUnit, count: number) => number): number =>
    units.reduce((sum, unit, at) => sum + per(unit, counts[at] ?? 0), 0);
  const fits = TRIPLES.filter(
    (counts) =>
      Math.abs(gamma + summed(counts, (unit, count) => unit.gamma * count)) <= 2 &&
      Math.abs(vega + summed(counts, (unit, count) => unit.vega * count)) <= 2,
  );
  const paid = (unit: GridUnit, count: number): number =>
    Math.abs(count) * (count > 0 ? unit.buyCostUsd : unit.sellCostUsd);
  return Math.min(...fits.map((counts) => summed(counts, paid)));
}

describe('a hedge over several instruments', () => {
  /** So many coins at the touch of each, five basis points away, and plenty at forty. */
  const books = (coins: number) =>
    new Map<string, OrderBook>(
      [...market.quotes.values()].map((quote) => {
        const perCoin = quote.instrument.includes('USDC') ? 1 : quote.mark;
        const side = (sign: number) => [
          { price: quote.mark * (1 + sign * 0.0005), size: coins * perCoin },
          { price: quote.mark * (1 + sign * 0.004), size: 1e3 * perCoin },
        ];
        return [quote.instrument, { instrument: quote.instrument, bids: side(-1), asks: side(1), at: ASOF }];
      }),
    );
  const splitOf = (coins: number) => {
    const asked = question({ depth: books(coins) });
    return splitHedge(asked, unwrap(proposeHedge(asked)).routes, -DELTA);
  };

  it('takes every touch before the deep levels, and ends flat as the report of the book after it says', () => {
    const split = splitOf(DELTA / 2.5);
    expect(split?.orders).toHaveLength(3);
    expect(split?.savesUsd).toBeGreaterThan(0);
    expect(split?.short).toEqual([]);
    // Six tenths of the hedge at 35 bp less than the deep level that a single instrument would pay.
    expect(split?.savesUsd).toBeCloseTo(0.6 * DELTA * SPOT * 0.0035, -2);
    const after = reportAt(withOrders(held, split?.orders ?? [], market), market);
    expect(exposureIn(after).delta).toBeCloseTo(0, 2);
  });

  it('is none where one instrument has it all', () => {
    expect(splitOf(1e3)).toBeNull();
  });
});

describe('gamma and vega by options', () => {
  const greeks = { gamma: { target: 0, halfWidth: 0.0005 }, vega: { target: 0, halfWidth: 10 } };

  it('ends inside both bands, as the risk report of the book after it says', () => {
    const found = proposeOptionHedge({ greeks }, own, candidates());
    expect(found?.inside).toBe(true);
    const after = reportAt(withOrders(held, found?.trades.map((one) => one.order) ?? [], market), market);
    const exposure = exposureIn(after);
    expect(exposure.gamma).toBeCloseTo(found?.after.gamma ?? Number.NaN, 9);
    expect(exposure.vega).toBeCloseTo(found?.after.vega ?? Number.NaN, 6);
    expect(exposure.delta - DELTA).toBeCloseTo(found?.delta ?? Number.NaN, 2);
    expect(Math.abs(exposure.gamma)).toBeLessThanOrEqual(0.0005);
    expect(Math.abs(exposure.vega)).toBeLessThanOrEqual(10);
  });

  it('does nothing inside the bands or without a target, and says when no options can', () => {
    expect(
      proposeOptionHedge({ greeks: { gamma: null, vega: null } }, { gamma: -1, vega: -1 }, candidates()),
    ).toBeNull();
    expect(proposeOptionHedge({ greeks }, { gamma: 0, vega: 5 }, candidates())).toMatchObject({
      trades: [],
      inside: true,
    });
    const stuck = proposeOptionHedge({ greeks }, { gamma: -5, vega: -5 }, candidates());
    expect(stuck).toMatchObject({ trades: [], inside: false });
    expect(stuck?.reasons.join()).toMatch(/no one or two of 3 options/);
  });

  // Against a search over every grid of contracts of three options, coarse enough to be tried out.
  it('costs no more than any combination of three options on a grid', () => {
    const put = option(6000, 'put');
    const unit = fc.record({
      gamma: fc.integer({ min: 1, max: 6 }), vega: fc.integer({ min: 1, max: 6 }), buyCostUsd: fc.integer({ min: 1, max: 9 }),
      sellCostUsd: fc.integer({ min: 1, max: 9 }),
    }); // biome-ignore format: one glance
    const trio = fc.array(unit, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(trio, fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), (units, gamma, vega) => {
        const list = units.map((one) => ({
          account: 'a', instrument: put, unit: { ...one, delta: 0, askSize: 1e3, bidSize: 1e3 },
        })); // biome-ignore format: one glance
        const wide = { gamma: { target: 0, halfWidth: 2 }, vega: { target: 0, halfWidth: 2 } };
        const found = proposeOptionHedge({ greeks: wide }, { gamma, vega }, list);
        const cheapest = cheapestOnGrid(units, gamma, vega);
        // Lots of a tenth may round either of two options up.
        if (Number.isFinite(cheapest)) expect(found?.costUsd).toBeLessThanOrEqual(cheapest + 0.05 * 2 * 9 + 1e-9);
      }),
      { numRuns: 60 },
    );
  });
});

const refusal = (text: string): string => {
  try {
    readJson(policyFile, text, 'policy.json');
    return 'taken';
  } catch (thrown) {
    return toFault(thrown).message;
  }
};

describe('a policy file', () => {
  it('that is empty is the default policy', () => {
    const file = readJson(policyFile, '{}', 'policy.json');
    expect(policyFrom(file, 'hand')).toEqual(DEFAULT_POLICY);
    expect(policyFrom(file, 'rule')).toEqual(RULE_POLICY);
  });

  const zakamouline =
    '"rule": "zakamouline", "riskAversion": 0.01, "cost": 0.0005, "days": 30, "atLeast": 0.1, "atMost": 1';
  it('with every rule is taken', () => {
    for (const band of ['"rule": "fixed", "halfWidth": 1', '"rule": "time", "everyMinutes": 60', zakamouline]) {
      expect(refusal(`{ "band": { ${band} } }`)).toBe('taken');
    }
  });

  it.each([
    ['an unknown key', '{\n "cooldown": 5 }', /^policy.json, line 2, cooldown: expected no such field/],
    ['an unknown key of the band', '{\n "band": { "rule": "fixed", "halfWidth": 1, "width": 2 } }', /^policy.json, line 2, band\.width: expected no such field/],
    ['an unknown rule', '{\n "band": { "rule": "leland" } }', /^policy.json, line 2, band.rule: /],
    ['basis points where a fraction is meant', `{ "band": {\n ${zakamouline.replace('0.0005', '5')} } }`, /line 2, band.cost: expected a fraction of notional, such as 0.0005 .* was 5$/],
    ['vol points where a fraction is meant', '{ "measure": {\n "by": "minimum-variance", "correlation": -0.5,\n "volOfVol": 80 } }', /line 3, measure.volOfVol: .*fraction/],
    ['per cent where a correlation is meant', '{ "measure": { "by": "minimum-variance",\n "correlation": -50, "volOfVol": 1 } }', /line 2, measure.correlation: .*at least -1/],
    ['a text where a number is meant', '{\n "coolDownSeconds": "5s" }', /line 2, coolDownSeconds: expected number, was "5s"/],
    ['a band that is at least more than at most', `{ "band": {\n ${zakamouline.replace('"atLeast": 0.1', '"atLeast": 3')} } }`, /line 2, band.atMost: expected at least atLeast, 3/],
    ['a largest clip below the smallest', '{ "minimumClip": 1,\n "maximumClip": 0.5 }', /line 2, maximumClip: expected at least minimumClip, 1/],
    ['a cap of nothing', '{\n "maximumClip": 0 }', /line 2, maximumClip: expected coins, above 0, was 0/],
    ['an edge without a band', '{ "band": { "rule": "time", "everyMinutes": 5 },\n "goTo": "edge" }', /line 2, goTo: .*no band/],
  ])('%s is refused, naming line and field', (_name, text, message) => {
    expect(refusal(text)).toMatch(message);
  }); // biome-ignore format: one glance
});
