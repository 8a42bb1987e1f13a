import type { RecordedDepth } from './market.ts';

/** Best prices before anything was taken; null where a side is empty. */
export interface Touch {
  readonly bid: number | null;
  readonly ask: number | null;
}

/** What a recorded book is laid out in. */
interface Terms {
  readonly mark: number;
  readonly tick: number;
  readonly lot: number;
  /** Instrument units per coin. */
  readonly perCoin: number;
}

/** `count` steps of a tick or lot as the float64 of that decimal: steps below 1 divide one evenly. */
export function stepsToValue(count: number, step: number): number {
  return step < 1 ? count / Math.round(1 / step) : count * step;
}

/** Ticks of a recorded level, away from the mark: never nearer than it stood. */
function ticksAt(distance: number, side: 1 | -1, mark: number, tick: number): number {
  return side > 0
    ? Math.ceil((mark * (1 + distance)) / tick - 1e-9)
    : Math.floor((mark * (1 - distance)) / tick + 1e-9);
}

/** Best prices of a recorded book around a mark. */
export function recordedTouch({ bids, asks }: RecordedDepth, mark: number, tick: number): Touch {
  const [bid, ask] = [bids[0], asks[0]];
  const down = bid === undefined ? 0 : ticksAt(bid.distance, -1, mark, tick);
  const up = ask === undefined ? null : Math.max(ticksAt(ask.distance, 1, mark, tick), down + 1, 1);
  return { bid: down > 0 ? stepsToValue(down, tick) : null, ask: up === null ? null : stepsToValue(up, tick) };
}

/** Recorded levels by ticks of the instrument, those that fall on one of them together, the best first. */
export function recordedLevels(
  { bids, asks }: RecordedDepth,
  side: 1 | -1,
  { mark, tick, lot, perCoin }: Terms,
): readonly (readonly [ticks: number, lots: number])[] {
  const sizes = new Map<number, number>();
  // Rounded to the instrument's ticks the sides must not meet.
  const nearest = bids[0] === undefined ? 1 : ticksAt(bids[0].distance, -1, mark, tick) + 1;
  for (const { distance, size } of side > 0 ? asks : bids) {
    const at = ticksAt(distance, side, mark, tick);
    const count = side > 0 ? Math.max(at, nearest) : at;
    if (count > 0) sizes.set(count, (sizes.get(count) ?? 0) + size * perCoin);
  }
  return [...sizes]
    .map(([count, size]) => [count, Math.floor(size / lot + 1e-9)] as const)
    .filter(([, lots]) => lots > 0);
}
