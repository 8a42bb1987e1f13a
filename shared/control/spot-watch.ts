import { DAY, type DurationMs, type EpochMs, HOUR } from '#shared/units/time.ts';

/** How a coin has moved between looks so far: what the next one may bring. Past looks only. */
export interface SpotWatch {
  readonly at: EpochMs;
  readonly spot: number;
  /** Of log spot, per day; weighs the past by {@link MEMORY}. */
  readonly variance: number;
  /** Between two looks. */
  readonly interval: DurationMs;
  /** Largest move between two looks, in logs, fading by {@link FADING}. */
  readonly worst: number;
}

/** Half-lives: of squared moves, and of the largest one. */
const MEMORY = 2 * HOUR;
const FADING = 6 * HOUR;
/** Standard deviations of the time between two looks that are reckoned with. */
const DEVIATIONS = 3;

/** Takes one more look. Looks that are not later, or have no price, change nothing. */
export function watchSpot(before: SpotWatch | undefined, at: EpochMs, spot: number): SpotWatch | undefined {
  if (!(spot > 0)) return before;
  if (before === undefined) return { at, spot, variance: 0, interval: 0, worst: 0 };
  const interval = at - before.at;
  if (interval <= 0) return before;
  const move = Math.abs(Math.log(spot / before.spot));
  const keep = 0.5 ** (interval / MEMORY);
  const variance = keep * before.variance + (1 - keep) * move * move * (DAY / interval);
  return { at, spot, variance, interval, worst: Math.max(move, before.worst * 0.5 ** (interval / FADING)) };
}

/** What the course of a coin says of the time until the next look. */
export interface Motion {
  /** At the last look. */
  readonly spot: number;
  /** A day's standard deviation by what has been seen, fraction; 0 after one look. */
  readonly dailySigma: number;
  /** Relative move that may come before anybody looks again: as bad as the worst so far, or three deviations. */
  readonly lapse: number;
}

export function motionOf({ spot, variance, interval, worst }: SpotWatch): Motion {
  const dailySigma = Math.sqrt(variance);
  return { spot, dailySigma, lapse: Math.max(worst, DEVIATIONS * dailySigma * Math.sqrt(interval / DAY)) };
}
