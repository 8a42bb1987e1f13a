import { looksAlong, type MarginLook, wouldHaveFired } from '#shared/control/alert-history.ts';
import type { MarginThresholds } from '#shared/control/margin-monitor.ts';
import type { FiredHistory } from '#shared/ipc/alerts.ts';
import type { Candle } from '#shared/ipc/frames.ts';
import type { Assembled } from '#shared/risk/assemble.ts';
import { HOUR } from '#shared/units/time.ts';

/** Looks between two turns of the event loop: some milliseconds of pricing, so that nothing has to wait for the rest. */
const LOOKS_AT_ONCE = 4;

/** Open, the extreme against the bar's direction, the other one, close: a choice, bars do not say. */
function pricesOf({ open, high, low, close, time }: Candle) {
  const path = close >= open ? [open, low, high, close] : [open, high, low, close];
  return path.map((spot) => ({ at: time, spot }));
}

/**
 * Which alerts thresholds would have given for the book as it is, had it gone through the prices of some candles from
 * where it stands now: their moves, options ageing, vols held.
 */
export async function firedAlong(
  assembled: Assembled,
  candles: readonly Candle[],
  thresholds: MarginThresholds,
): Promise<FiredHistory> {
  const points = candles.flatMap(pricesOf);
  const first = points[0]?.spot ?? Number.NaN;
  const looks: MarginLook[] = [];
  for (const look of looksAlong(
    assembled,
    points.map(({ at, spot }) => ({ at, factor: spot / first })),
  )) {
    looks.push(look);
    if (looks.length % LOOKS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const span = (candles.at(-1)?.time ?? 0) - (candles[0]?.time ?? 0);
  return { hours: span / HOUR, bars: candles.length, fired: wouldHaveFired(looks, thresholds) };
}
