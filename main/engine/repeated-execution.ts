import type { OrderOrigin } from '#shared/domain/order.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';

/** Watches whether hedges help: a hedger that trades and trades without bringing the delta down is stopped. */
export interface RepeatedExecution {
  /** An order filled, wholly or in part. */
  filled(underlying: UnderlyingId, origin: OrderOrigin): void;
  /** Compares with the report before; a fault when hedges have not helped too often in a row. */
  report(report: Pick<RiskReport, 'exposures'>): Fault | null;
  reset(): void;
}

interface Watch {
  /** |delta| of the last report, coins. */
  delta: number | null;
  /** Hedge fills since that report. */
  fills: number;
  /** Reports in a row with hedge fills and no lower |delta|. */
  inVain: number;
}

export function createRepeatedExecution(limit: number): RepeatedExecution {
  const watches = new Map<UnderlyingId, Watch>();

  function watchOf(underlying: UnderlyingId): Watch {
    const known = watches.get(underlying);
    if (known) return known;
    const watch = { delta: null, fills: 0, inVain: 0 };
    watches.set(underlying, watch);
    return watch;
  }

  function take(underlying: UnderlyingId, delta: number): Fault | null {
    const watch = watchOf(underlying);
    const before = watch.delta;
    watch.delta = Math.abs(delta);
    if (watch.fills === 0) return null;
    watch.fills = 0;
    watch.inVain = before === null || watch.delta < before ? 0 : watch.inVain + 1;
    if (watch.inVain < limit) return null;
    const message = `${watch.inVain} hedges of ${underlying} in a row did not bring its delta of ${delta} down`;
    return fault('repeated-execution', message, { underlying, times: watch.inVain, limit });
  }

  return {
    filled(underlying, origin) {
      if (origin === 'hedge') watchOf(underlying).fills += 1;
    },
    report({ exposures }) {
      const net = exposures.filter((one) => one.by === 'underlying');
      return net.map((one) => take(one.key, one.delta)).find((one) => one !== null) ?? null;
    },
    reset: () => watches.clear(),
  };
}
