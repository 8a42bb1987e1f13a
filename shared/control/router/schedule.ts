import { almgrenChriss, type ExecutionTerms } from './almgren-chriss.ts';

export const SCHEDULES = ['at-once', 'iceberg', 'twap', 'chase', 'almgren-chriss'] as const;

/** How an order is spread over time. Coins and minutes. */
export type Schedule =
  | { readonly kind: 'at-once' }
  /** Shows so many coins; the next part follows when the one before has filled. */
  | { readonly kind: 'iceberg'; readonly visible: number }
  /** Equal parts at equal distances, the first at once. */
  | { readonly kind: 'twap'; readonly minutes: number; readonly slices: number }
  /** Rests at the best price and follows it; what is left at the end is taken. */
  | {
      readonly kind: 'chase';
      readonly minutes: number;
      readonly repegSeconds: number;
      /** Basis points that the price may run away before it is given up. */
      readonly giveUpBp: number;
    }
  /** Front-loaded by risk aversion (per USD) against impact. */
  | {
      readonly kind: 'almgren-chriss';
      readonly minutes: number;
      readonly slices: number;
      readonly riskAversion: number;
    };

/** A part of the order. */
export interface Child {
  /** Milliseconds after the start; null: when the part before has filled. */
  readonly afterMs: number | null;
  readonly coins: number;
  readonly style: 'take' | 'post';
}

/** What waiting costs and saves: per coin, hours. */
export type Impact = Pick<ExecutionTerms, 'sigma' | 'fixedCost' | 'temporaryImpact' | 'permanentImpact'>;

const MINUTE_MS = 60_000;

/**
 * The parts of an order of `coins`, whole multiples of `step` that add up to it (the last one keeps the odd rest).
 * Parts that round to nothing are left out. `impact`: per hour, for Almgren–Chriss alone.
 */
export function childrenOf(schedule: Schedule, coins: number, step: number, impact: Impact): readonly Child[] {
  switch (schedule.kind) {
    case 'at-once':
      return [{ afterMs: 0, coins, style: 'take' }];
    case 'chase':
      return [{ afterMs: 0, coins, style: 'post' }];
    case 'iceberg': {
      const count = Math.max(1, Math.ceil(coins / schedule.visible - 1e-9));
      const parts = Array.from({ length: count }, (_, at) => Math.min(schedule.visible, coins - at * schedule.visible));
      return children(parts, step, (at) => (at === 0 ? 0 : null));
    }
    case 'twap':
      return children(Array<number>(schedule.slices).fill(coins / schedule.slices), step, spaced(schedule));
    case 'almgren-chriss': {
      const { minutes, slices, riskAversion } = schedule;
      const found = almgrenChriss({ ...impact, coins, time: minutes / 60, slices, riskAversion });
      return children(found?.orders ?? [coins], step, spaced(schedule));
    }
  }
}

function spaced({ minutes, slices }: { readonly minutes: number; readonly slices: number }): (at: number) => number {
  return (at) => Math.round((at * minutes * MINUTE_MS) / slices);
}

/** Parts rounded where their running sum is nearest to a step, so that rounding never accumulates. */
function children(parts: readonly number[], step: number, when: (at: number) => number | null): readonly Child[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  let [sum, done] = [0, 0];
  return parts.flatMap((part, at): Child[] => {
    sum += part;
    const until = at === parts.length - 1 ? whole : Math.round(sum / step) * step;
    const coins = Number((until - done).toFixed(12));
    done = until;
    return coins > 0 ? [{ afterMs: when(at), coins, style: 'take' }] : [];
  });
}
