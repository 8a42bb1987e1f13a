import { compute } from '#shared/risk/compute.ts';
import { DOLLARS, LINEAR_OPTION, linspace, type RiskProblem } from '#shared/risk/problem.ts';
import { cPeers } from './c-peers.ts';
import { median } from './figures.ts';
import { seeded } from './seeded.ts';

const OPTIONS = 2_000;
const POSITIONS = 100_000;
const SPOTS = 41;
const VOLS = 21;
const VENUES = 4;
const SPOT = Float64Array.of(60_000, 3_000, 1_500);
const DAYS = [1, 2, 3, 7, 14, 21, 30, 60, 90, 180, 270, 365];

/** 2,000 distinct options on three underlyings and twelve expiries, 100,000 positions over four venues. */
export function largeBook(): RiskProblem {
  const random = seeded(77);
  const pick = <T>(values: ArrayLike<T>): T => values[Math.floor(random() * values.length)]!;
  const underlying = Uint16Array.from({ length: OPTIONS }, () => Math.floor(random() * SPOT.length));
  const column = (value: (i: number) => number): Float64Array =>
    Float64Array.from({ length: OPTIONS }, (_, i) => value(i));
  const forward = column((i) => SPOT[underlying[i]!]!);
  const days = column(() => pick(DAYS));
  return {
    asOf: 0,
    spot: SPOT,
    instruments: {
      count: OPTIONS,
      kind: new Uint8Array(OPTIONS).fill(LINEAR_OPTION),
      underlying,
      strike: column((i) => forward[i]! * 0.4 * 6.25 ** random()),
      years: days.map((one) => one / 365),
      right: column(() => (random() < 0.5 ? 1 : -1)),
      forward,
      vol: column(() => 0.2 + 1.3 * random()),
      mark: column(() => 100),
      funding8h: new Float64Array(OPTIONS),
      leverage: new Float64Array(OPTIONS),
      isolated: new Float64Array(OPTIONS).fill(Number.NaN),
      ageMs: new Float64Array(OPTIONS),
      expiryGroup: Uint16Array.from(days, (one) => 2 + DAYS.indexOf(one)),
      claims: new Map(),
    },
    holdings: (() => {
      const instrument = Int32Array.from({ length: POSITIONS }, () => Math.floor(random() * OPTIONS));
      return {
        count: POSITIONS,
        instrument,
        account: Uint16Array.from({ length: POSITIONS }, () => Math.floor(random() * VENUES)),
        underlying: Uint16Array.from(instrument, (i) => underlying[i] ?? DOLLARS),
        quantity: Float64Array.from({ length: POSITIONS }, () => Math.round((random() - 0.5) * 1000) / 100),
        entry: new Float64Array(POSITIONS).fill(100),
        dayOffsetUsd: new Float64Array(POSITIONS),
        lent: new Map(),
      };
    })(),
    accounts: VENUES,
    venueOfAccount: Uint16Array.of(0, 1, 2, 3),
    venues: VENUES,
    expiryGroups: 2 + DAYS.length,
    pools: [],
    grid: { spotShifts: linspace(-0.5, 0.5, SPOTS), volShifts: linspace(-0.15, 0.5, VOLS), days: 0 },
    payoffShifts: new Float64Array(0),
  };
}

function timeOnce(problem: RiskProblem): number {
  const started = performance.now();
  compute(problem);
  return performance.now() - started;
}

/**
 * A whole report (Greeks of every option, figures of every position, sums, 41 × 21 full-revaluation grid, ladders)
 * against C: greeks + grid + aggregation of the same size by bench_c, its scalar limit. Rounds alternate.
 */
export async function riskReportVsC(options: { readonly peers: string | null; readonly rounds: number }) {
  const problem = largeBook();
  for (let warm = 0; warm < 60; warm++) compute(problem);
  const peers = await cPeers(options.peers);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < options.rounds; round++) {
    ours.push(median(Array.from({ length: 15 }, () => timeOnce(problem))));
    const c = peers.kernel();
    if (c) theirs.push((OPTIONS * c.greeks + OPTIONS * SPOTS * VOLS * c.grid + POSITIONS * c.aggregate) / 1e6);
  }
  const ratios = theirs.map((c, round) => ours[round]! / c);
  return {
    risk_report_vs_c: ratios.length === 0 ? null : median(ratios),
    risk_report_ms: median(ours),
    risk_report_c_ms: theirs.length === 0 ? null : median(theirs),
    ...(ratios.length === 0 ? { risk_report_vs_c_why: peers.why } : {}),
  };
}
