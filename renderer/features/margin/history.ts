import type { EpochMs } from '#shared/units/time.ts';

/** One moment of a pool's maintenance ÷ margin balance. */
export interface Sample {
  readonly at: EpochMs;
  readonly ratio: number;
}

export const MOST_SAMPLES = 240;

/**
 * The samples after one more. Times ascend; a sample of an earlier time starts anew (another session or tape). Once full,
 * every second sample goes, so that the whole session stays in view at half the detail.
 */
export function addSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (!Number.isFinite(sample.ratio)) return samples;
  if (last !== undefined && sample.at < last.at) return [sample];
  if (last !== undefined && sample.at === last.at) return [...samples.slice(0, -1), sample];
  const room = samples.length < MOST_SAMPLES ? samples : samples.filter((_, index) => index % 2 === 0);
  return [...room, sample];
}
