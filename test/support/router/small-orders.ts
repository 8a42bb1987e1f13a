import type { RoutePath } from '#shared/control/router/path.ts';
import { seeded } from '#test/bench/seeded.ts';
import type { SmallOrder } from './brute-force.ts';

/** What makes the choice hard: nothing; fixed costs, smallest orders and a number of venues; lots that do not match. */
export type Difficulty = 'convex' | 'fixed-costs' | 'mixed-lots';

const LOTS: Readonly<Record<Difficulty, readonly number[]>> = {
  convex: [0.1],
  'fixed-costs': [0.1],
  'mixed-lots': [0.1, 0.2, 0.3, 0.5],
};

/** A random order over up to four books, linear or inverse, of up to four levels, up to fourteen tenths of a coin: the same for the same seed. */
export function smallOrder(seed: number, difficulty: Difficulty): SmallOrder {
  const random = seeded(seed);
  const pick = (count: number): number => Math.floor(random() * count);
  const chance = (share: number): boolean => random() < share;
  const maybe = (share: number, value: () => number, otherwise = 0): number => (chance(share) ? value() : otherwise);
  const convex = difficulty === 'convex';
  const direction = chance(0.5) ? 1 : -1;
  const lumpy = convex ? 0 : 1;
  const path = (at: number): RoutePath => {
    // A dollar of an inverse contract at 100 over an index of 100 is a hundredth of a coin.
    const perCoin = chance(0.3) ? 100 : 1;
    const lot = (LOTS[difficulty][pick(4)] ?? 0.1) * perCoin;
    let away = 0.02 + random() * 0.2;
    const levels = Array.from({ length: 1 + pick(4) }, () => {
      away += pick(3) * 0.05;
      // Half of the levels end within a lot.
      return { price: 100 + direction * away, size: ((chance(0.5) ? 10 : 1) * (1 + pick(40)) * perCoin) / 100 };
    });
    return {
      venue: `venue-${pick(3)}`, account: `account-${at}`, instrument: `book-${at}`, contract: perCoin === 1 ? 'linear' : 'inverse', direction, levels, mid: 100, index: 100,
      coinsPerUnit: 1 / perCoin, lot, minimum: lot * maybe(0.4 * lumpy, () => 1 + pick(4), 1),
      takerFee: [0, 0.0005, 0.001][pick(3)] ?? 0, premiumCap: null, gasUsd: maybe(0.5 * lumpy, () => random() * 0.2),
      fundingUsd: (random() - 0.5) * 0.1, basisUsd: maybe(0.3, () => (random() - 0.5) * 0.2), marginUsd: maybe(0.5, () => random() * 0.05),
      reducibleCoins: maybe(0.3, () => pick(5) * 0.1), mostCoins: chance(0.2) ? pick(8) * 0.1 : null,
    }; // biome-ignore format: one glance
  };
  const paths = Array.from({ length: 1 + pick(4) }, (_, at) => path(at));
  return {
    paths,
    wanted: (1 + pick(14)) * 0.1,
    collar: 0.4 + random(),
    maxVenues: convex ? paths.length : 1 + pick(3),
  };
}
