import { type RouteQuestion, type Routing, routeOrder } from './router.ts';
import { type Child, childrenOf, type Impact, type Schedule } from './schedule.ts';

const HOURS_A_YEAR = 365 * 24;
const HOUR_MS = 3_600_000;

/** An order spread over time, and what that is expected to cost and to risk. */
export interface Outlook {
  readonly schedule: Schedule;
  readonly children: readonly Child[];
  /**
   * USD over the holding time, every part routed over the books as they stand now: they are taken to be the same again
   * when its turn comes. A chase is counted as if nothing filled before its end.
   */
  readonly expectedUsd: number;
  /** One standard deviation of the price over what still waits, USD. */
  readonly sigmaUsd: number;
  /** Impact taken from the books for Almgren–Chriss; per coin and hour. Permanent impact cannot be read from a book: none. */
  readonly impact: Impact;
  readonly unplacedCoins: number;
}

/**
 * Prices a schedule. `routing`: the whole order at once. `spot` USD, `vol` annual: 0.65 = 65 %. Iceberg parts follow
 * each other too fast to be priced for waiting.
 */
export function outlookOf(
  question: RouteQuestion,
  routing: Routing,
  schedule: Schedule,
  market: { readonly spot: number; readonly vol: number },
): Outlook {
  const impact = impactOf(routing, schedule, market);
  const step = Math.min(...question.paths.map((path) => path.lot * path.coinsPerUnit));
  const children = childrenOf(schedule, routing.wantedCoins, step, impact);
  const bills = new Map<number, Routing>([[routing.wantedCoins, routing]]);
  let [expectedUsd, unplacedCoins] = [0, 0];
  for (const { coins } of children) {
    const known = bills.get(coins);
    const found = known ? null : routeOrder({ ...question, wanted: coins, allOrNothing: false });
    const bill = known ?? (found?.ok ? found.value : routing);
    bills.set(coins, bill);
    expectedUsd += bill.cost.total;
    unplacedCoins += bill.unplacedCoins;
  }
  return {
    schedule,
    children,
    expectedUsd,
    sigmaUsd: impact.sigma * Math.sqrt(waiting(schedule, children, routing.wantedCoins)),
    impact,
    unplacedCoins: Number(unplacedCoins.toFixed(12)),
  };
}

/** What a book says of impact: the slope of the average price over the order, over the time between two parts. */
function impactOf(routing: Routing, schedule: Schedule, { spot, vol }: { spot: number; vol: number }): Impact {
  const coins = Math.max(routing.placedCoins, Number.MIN_VALUE);
  const hours = 'slices' in schedule ? schedule.minutes / 60 / schedule.slices : 1;
  // A flat book still moves a little: a millionth of the price keeps the schedule defined.
  const slope = Math.max(routing.cost.impact / coins, 1e-6 * spot) / coins;
  return {
    sigma: (spot * vol) / Math.sqrt(HOURS_A_YEAR),
    fixedCost: (routing.cost.fee + routing.cost.spread) / coins,
    temporaryImpact: slope * hours,
    permanentImpact: 0,
  };
}

/** Σ (coins still to place)² · hours. */
function waiting(schedule: Schedule, children: readonly Child[], wanted: number): number {
  if (schedule.kind === 'chase') return (wanted * wanted * schedule.minutes) / 60;
  let [left, since, sum] = [wanted, 0, 0];
  for (const child of children) {
    const at = child.afterMs ?? since;
    sum += (left * left * (at - since)) / HOUR_MS;
    since = at;
    left -= child.coins;
  }
  return sum;
}
