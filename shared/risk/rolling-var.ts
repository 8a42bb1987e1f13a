import { FaultError, fault } from '#shared/units/result.ts';
import { EWMA_DAILY, variances } from './returns.ts';
import type { BacktestDay } from './var-backtest.ts';

export interface RollingPlan {
  /** Days looked back on. */
  readonly window: number;
  readonly level: number;
  /** 'filtered': past days in units of the vol foreseen for them, times tomorrow's (EWMA 0.94). */
  readonly method: 'historical' | 'filtered';
}

/**
 * VaR and ES of each day from the `window` days before it alone, beside what happened: what {@link backtest} judges.
 * `pnl` per day, oldest first: of a book, or of one coin. Days whose VaR would not be positive are left out.
 */
export function rollingForecasts(pnl: Float64Array, { window, level, method }: RollingPlan): BacktestDay[] {
  const tail = Math.floor(window * (1 - level) + 1e-9);
  if (tail < 1 || pnl.length <= window) {
    const message = `backtest: expected a window of at least ${Math.ceil(1 / (1 - level) - 1e-9)} days and more days than that, was ${window} of ${pnl.length}`;
    throw new FaultError(fault('backtest', message));
  }
  // The variance of a day is foreseen from the days before it: none of these looks ahead.
  const deviation =
    method === 'filtered' ? variances(pnl, EWMA_DAILY).map(Math.sqrt) : new Float64Array(pnl.length + 1).fill(1);
  const days: BacktestDay[] = [];
  for (let day = window; day < pnl.length; day++) {
    const past = Float64Array.from({ length: window }, (_, k) => {
      const at = day - window + k;
      return deviation[at]! === 0 ? 0 : (pnl[at]! / deviation[at]!) * deviation[day]!;
    }).sort();
    const valueAtRisk = -past[tail - 1]!;
    const shortfall = -past.subarray(0, tail).reduce((sum, one) => sum + one, 0) / tail;
    if (valueAtRisk > 0) days.push({ pnl: pnl[day]!, valueAtRisk, shortfall });
  }
  return days;
}
