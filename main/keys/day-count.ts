import { add, type Decimal, subtract, ZERO } from '#shared/units/decimal.ts';
import { DAY, type EpochMs } from '#shared/units/time.ts';

/** USD of one key's orders within the last 24 hours, kept as a running sum. */
export interface DayCount {
  /** What the sum would be with `usd` more. */
  with(key: string, usd: Decimal): Decimal;
  add(key: string, at: EpochMs, usd: Decimal): void;
}

interface Counted {
  readonly orders: { readonly at: EpochMs; readonly usd: Decimal }[];
  sum: Decimal;
}

export function createDayCount(now: () => EpochMs): DayCount {
  const keys = new Map<string, Counted>();
  const of = (key: string): Counted => {
    const counted = keys.get(key) ?? { orders: [], sum: ZERO };
    keys.set(key, counted);
    const { orders } = counted;
    const kept = orders.findIndex(({ at }) => now() - at < DAY);
    for (const { usd } of orders.splice(0, kept < 0 ? orders.length : kept)) counted.sum = subtract(counted.sum, usd);
    return counted;
  };
  return {
    with: (key, usd) => add(of(key).sum, usd),
    add: (key, at, usd) => {
      const counted = of(key);
      counted.orders.push({ at, usd });
      counted.sum = add(counted.sum, usd);
    },
  };
}
