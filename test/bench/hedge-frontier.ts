import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tapePath } from '#main/venues/paper/path.ts';
import { readPaperResources } from '#main/venues/paper/resources.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { wantedDelta } from '#shared/control/delta-hedger.ts';
import { hedgeDue } from '#shared/control/hedge-due.ts';
import { bandOf, type HedgeBand, type HedgePolicy, RULE_POLICY } from '#shared/control/hedge-policy.ts';
import { black76 } from '#shared/pricing/black76.ts';
import { claimValue } from '#shared/pricing/claims/claim-value.ts';
import { unwrap } from '#shared/units/result.ts';
import { DAY, type EpochMs, MINUTE, yearsBetween } from '#shared/units/time.ts';
import type { Bench, Figures } from './figures.ts';
import { type FrontierPoint, frontierSvg } from './frontier-svg.ts';

/** Cost of a hedge, fraction of its notional: a perpetual's taker fee. */
const COST = 0.0005;
/** Vol held throughout: what vega makes is the same for every policy. */
const VOL = 0.9;
const COINS = 20;
const TAPES = ['march-2020', 'may-2021'] as const;

/** Delta in coins and gamma in coins per USD. */
interface Sensitivity {
  readonly delta: number;
  readonly gamma: number;
}
type Book = (spot: number, at: EpochMs) => Sensitivity;

function option(right: 'call' | 'put', strike: number, expiry: EpochMs): Book {
  return (forward, at) => {
    const years = Math.max(yearsBetween(at, expiry), 1e-6);
    return unwrap(black76({ right, forward, strike, years, rate: 0, vol: VOL }));
  };
}

/** The books of the record, struck at the start of each window. */
const BOOKS: Readonly<Record<string, (spot: number, start: EpochMs) => Book>> = {
  straddle(spot, start) {
    const legs = [option('call', spot, start + 7 * DAY), option('put', spot, start + 7 * DAY)];
    return (now, at) => {
      const each = legs.map((leg) => leg(now, at));
      return { delta: -COINS * (each[0]!.delta + each[1]!.delta), gamma: -COINS * (each[0]!.gamma + each[1]!.gamma) };
    };
  },
  covered_call(spot, start) {
    const call = option('call', spot * 1.1, start + 7 * DAY);
    return (now, at) => {
      const { delta, gamma } = call(now, at);
      return { delta: COINS * (1 - delta), gamma: -COINS * gamma };
    };
  },
  lp_range(spot) {
    const [lower, upper] = [spot * 0.7, spot * 1.3];
    // So much liquidity that the range holds about as many coins as the other books at its start.
    const liquidity = COINS / (1 / Math.sqrt(spot) - 1 / Math.sqrt(upper));
    return (now) => {
      const market = { spot: now, forward: now, vol: VOL, years: 0 };
      return unwrap(claimValue({ kind: 'liquidity-range', liquidity, lower, upper }, market));
    };
  },
};

/** A window step by step, with what the book is on it: the same for every policy. */
interface Course {
  readonly at: Float64Array;
  readonly spot: Float64Array;
  readonly delta: Float64Array;
  readonly gamma: Float64Array;
}

function coursesOf(book: string, seeds: number, everyMinutes: number): readonly Course[] {
  return TAPES.flatMap((tape) => {
    const resources = readPaperResources((name) => readFileSync(join(ROOT, 'resources', name), 'utf8'), tape);
    const { startAt, to } = resources.tape;
    const step = everyMinutes * MINUTE;
    const steps = Math.floor((to - startAt) / step);
    return Array.from({ length: seeds }, (_, seed): Course => {
      const path = tapePath(resources.tape, seed + 1);
      const at = Float64Array.from({ length: steps }, (_, k) => startAt + k * step);
      const spot = at.map((one) => path.index(one));
      const sensitivity = BOOKS[book]!(spot[0]!, startAt);
      const each = Array.from(at, (one, k) => sensitivity(spot[k]!, one));
      return {
        at,
        spot,
        delta: Float64Array.from(each, (one) => one.delta),
        gamma: Float64Array.from(each, (one) => one.gamma),
      };
    });
  });
}

/** Mean over the courses: squared P&L of the delta that was left open, and cost. Hedges at the minute's price. */
function outcomeOf(policy: HedgePolicy, courses: readonly Course[]): Omit<FrontierPoint, 'parameter'> {
  let [variance, cost] = [0, 0];
  for (const { at, spot, delta, gamma } of courses) {
    let [hedge, last]: [number, EpochMs | null] = [0, null];
    for (let k = 0; k + 1 < at.length; k++) {
      const gap = delta[k]! + hedge - policy.target;
      const band = bandOf(policy, spot[k]!, gamma[k]!, VOL);
      const view = { gap, band, gamma: gamma[k]!, spot: spot[k]!, vol: VOL, at: at[k]!, lastHedgedAt: last };
      const trade = hedgeDue(policy, view).now ? wantedDelta(policy, { gap, band, ratio: 1 }) : 0;
      if (Math.abs(trade) >= policy.minimumClip) {
        hedge += trade;
        cost += Math.abs(trade) * spot[k]! * COST;
        last = at[k]!;
      }
      // Delta moves within the minute too: half of its change is open even right after a hedge.
      const open = (delta[k]! + delta[k + 1]!) / 2 + hedge;
      variance += (open * (spot[k + 1]! - spot[k]!)) ** 2;
    }
  }
  return { variance: variance / courses.length, cost: cost / courses.length };
}

/** The families, each over its one parameter. */
const FAMILIES: Readonly<Record<string, readonly (readonly [parameter: number, band: HedgeBand])[]>> = {
  fixed: [0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2].map((halfWidth) => [halfWidth, { rule: 'fixed', halfWidth }]),
  time: [1, 5, 15, 60, 240, 720].map((everyMinutes) => [everyMinutes, { rule: 'time', everyMinutes }]),
  'whalley-wilmott': [10, 1, 0.1, 0.01, 1e-3, 1e-4, 1e-5].map((riskAversion) => [
    riskAversion,
    { rule: 'whalley-wilmott', riskAversion, cost: COST, atLeast: 1e-4, atMost: 100 },
  ]),
  zakamouline: [1, 0.1, 0.01, 1e-3, 1e-4, 1e-5].map((riskAversion) => [
    riskAversion,
    { rule: 'zakamouline', riskAversion, cost: COST, days: 7, atLeast: 1e-4, atMost: 100 },
  ]),
};

/** Variance of a family at a cost, log–log between its points; the nearest end's beyond them. */
function varianceAt(points: readonly FrontierPoint[], cost: number): number {
  const sorted = points.filter((one) => one.cost > 0).toSorted((a, b) => a.cost - b.cost);
  const after = sorted.findIndex((one) => one.cost >= cost);
  const upper = sorted[after < 0 ? sorted.length - 1 : after]!;
  const lower = sorted[Math.max(after < 0 ? sorted.length - 1 : after - 1, 0)]!;
  if (upper === lower) return upper.variance;
  const share = Math.log(cost / lower.cost) / Math.log(upper.cost / lower.cost);
  return lower.variance * (upper.variance / lower.variance) ** share;
}

const MINUTE_BARS = 1;
/** As a desk that only has hourly bars would see the windows. */
const HOURLY_BARS = 60;

interface Result {
  readonly own: FrontierPoint;
  readonly families: Readonly<Record<string, readonly FrontierPoint[]>>;
  readonly edge: readonly FrontierPoint[];
  readonly hourly: FrontierPoint;
}

function measure(courses: readonly Course[]): Result {
  const ruled = (band: HedgeBand, goTo: HedgePolicy['goTo'] = 'target'): HedgePolicy => ({
    ...RULE_POLICY,
    band,
    goTo,
  });
  const point = (parameter: number, policy: HedgePolicy): FrontierPoint => ({
    parameter,
    ...outcomeOf(policy, courses),
  });
  const families = Object.fromEntries(
    Object.entries(FAMILIES).map(([name, bands]) => {
      const end = name === 'fixed' || name === 'time' ? 'target' : 'edge';
      return [name, bands.map(([parameter, band]) => point(parameter, ruled(band, end)))];
    }),
  );
  return {
    own: point(0, RULE_POLICY),
    families,
    edge: FAMILIES.fixed!.map(([parameter, band]) => point(parameter, ruled(band, 'edge'))),
    hourly: point(60, ruled({ rule: 'time', everyMinutes: 60 })),
  };
}

/**
 * Variance that is left and what it costs, by policy: a short straddle, a covered-call vault and a range of liquidity
 * over the crash windows. The variance of the rule's default over that of fixed bands, and over that of a hedge by the
 * clock, at the very cost of the default; and variance × cost of the default over that of hedging every hour. Where a
 * hedge goes and the risk aversion were chosen on the first window alone: the figures are of the other, those of the
 * first are beside them (`_chosen_on`). `_vs_fixed_edge`: fixed bands that go to their edge too. `_bars`: on hourly bars.
 */
export const hedgeFrontier: Bench = async ({ quick, say }) => {
  const figures: Record<string, number> = {};
  const pictures: {
    readonly title: string;
    readonly families: Readonly<Record<string, readonly FrontierPoint[]>>;
    readonly own: FrontierPoint;
  }[] = [];
  const seeds = quick ? 3 : 20;
  for (const book of Object.keys(BOOKS)) {
    const courses = coursesOf(book, seeds, MINUTE_BARS);
    const { own, families, edge, hourly } = measure(courses.slice(seeds));
    figures[`hedge_${book}_vs_fixed`] = own.variance / varianceAt(families.fixed!, own.cost);
    figures[`hedge_${book}_vs_fixed_edge`] = own.variance / varianceAt(edge, own.cost);
    figures[`hedge_${book}_vs_clock`] = own.variance / varianceAt(families.time!, own.cost);
    figures[`hedge_${book}_vs_hourly`] = (own.variance * own.cost) / (hourly.variance * hourly.cost);
    const chosenOn = measure(courses.slice(0, seeds));
    figures[`hedge_${book}_vs_fixed_chosen_on`] =
      chosenOn.own.variance / varianceAt(chosenOn.families.fixed!, chosenOn.own.cost);
    const bars = measure(coursesOf(book, 1, HOURLY_BARS).slice(1));
    figures[`hedge_${book}_vs_fixed_bars`] = bars.own.variance / varianceAt(bars.families.fixed!, bars.own.cost);
    pictures.push({ title: book.replace('_', ' '), families, own });
  }
  const file = join(tmpdir(), 'keel-hedge-frontier.svg');
  writeFileSync(file, frontierSvg(pictures));
  say(`picture of the frontiers: ${file}`);
  return figures satisfies Figures;
};
