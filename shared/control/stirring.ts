import { poolKey } from '#shared/risk/pool-book.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import { type DurationMs, MINUTE } from '#shared/units/time.ts';

/** How far a report may stand from the one that was worked out before its answer is worked out anew. */
export interface Stillness {
  /** Relative move of any spot. */
  readonly spot: number;
  /** Change of any pool's maintenance ÷ equity. */
  readonly ratio: number;
  /** Venue time. */
  readonly longest: DurationMs;
}

/** Half a per cent of spot moves a pool with four times its equity in notional by two per cent of its equity. */
export const STILL: Stillness = { spot: 0.005, ratio: 0.01, longest: 5 * MINUTE };

type Seen = Pick<RiskReport, 'asOf' | 'spot' | 'pools'>;

/** Whether margins on `now` may differ from those on `before` by more than anybody acts upon. */
export function stirred(before: Seen, now: Seen, still: Stillness = STILL): boolean {
  if (now.asOf - before.asOf > still.longest || now.pools.length !== before.pools.length) return true;
  for (const [coin, spot] of Object.entries(now.spot)) {
    const was = before.spot[coin];
    if (was === undefined || !(Math.abs(spot / was - 1) <= still.spot)) return true;
  }
  const ratios = new Map(before.pools.map((one) => [poolKey(one.account, one.currency), one.ratio]));
  return now.pools.some((one) => {
    const was = ratios.get(poolKey(one.account, one.currency));
    // Two infinite ratios are the same standing.
    return was === undefined || (was !== one.ratio && !(Math.abs(one.ratio - was) <= still.ratio));
  });
}
