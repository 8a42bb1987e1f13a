import type { CollateralPlace, CollateralProblem, CollateralRoute } from '#shared/control/collateral.ts';

const ASSETS = ['USDC', 'USDT', 'DAI', 'BTC', 'WBTC', 'ETH', 'wstETH', 'SOL', 'AAVE', 'LINK'] as const;
const PRICES = [1, 1, 1, 60_000, 60_000, 3_000, 3_500, 150, 100, 15];

export interface CaseSize {
  readonly pools: number;
  readonly assets: number;
  readonly scenarios: number;
  readonly chains: number;
}

function prices(assets: readonly string[]): ReadonlyMap<string, number> {
  return new Map(assets.map((asset, a) => [asset, PRICES[a]!]));
}

/** Pools and one wallet a chain; deposits and withdrawals of each asset, bridges of the stable ones and ether. */
function routesOf(places: readonly CollateralPlace[], assets: readonly string[]): readonly CollateralRoute[] {
  const wallets = places.filter((one) => one.kind === 'wallet');
  const way = (from: string, to: string, asset: string, more: Partial<CollateralRoute>): CollateralRoute => ({
    from, to, asset, action: 'move', feeShare: 0, fixedUsd: 0, minutes: 1, leastUsd: 0, mostUsd: 1e9, ...more,
  }); // biome-ignore format: one glance
  const local = places.flatMap((pool) => {
    const wallet = wallets.find((one) => one.chain === pool.chain);
    if (pool.kind !== 'pool' || !wallet) return [];
    return assets.flatMap((asset) => [
      way(wallet.id, pool.id, asset, { fixedUsd: 3, minutes: 2 }),
      way(pool.id, wallet.id, asset, { fixedUsd: 5, minutes: 10, feeShare: 0.0001 }),
    ]);
  });
  const bridges = wallets.flatMap((from) =>
    wallets.flatMap((to) =>
      from === to
        ? []
        : assets.slice(0, 3).map((asset) => way(from.id, to.id, asset, { feeShare: 0.0005, fixedUsd: 8, minutes: 20 })),
    ),
  );
  return [...local, ...bridges];
}

/** A seeded set of pools: about half of them short in some scenario, money enough elsewhere. */
export function collateralCase(random: () => number, size: CaseSize): CollateralProblem {
  const between = (low: number, high: number): number => low + (high - low) * random();
  const assets = ASSETS.slice(0, size.assets);
  const price = prices(assets);
  const scenarios = Array.from({ length: size.scenarios }, (_, s) => {
    const fall = s === 0 ? 0 : between(-0.4, 0.3);
    const moves = assets.flatMap((asset): [string, number][] =>
      (price.get(asset) ?? 0) > 1 ? [[asset, Math.max(fall * between(0.8, 1.4), -0.8)]] : [[asset, -between(0, 0.02)]],
    );
    return { id: `s${s}`, moves: new Map(moves) };
  });
  const lies = (share: number, usd: number): ReadonlyMap<string, number> =>
    new Map(
      assets.flatMap((asset): [string, number][] =>
        random() < share ? [[asset, (usd * random()) / (price.get(asset) ?? 1)]] : [],
      ),
    );
  const each = (value: () => number): ReadonlyMap<string, number> => new Map(assets.map((asset) => [asset, value()]));
  const chain = (k: number): string => `chain${k % size.chains}`;
  const pools = Array.from({ length: size.pools }, (_, k): CollateralPlace => {
    const base = between(5_000, 60_000);
    return {
      id: `pool${k}`, kind: 'pool', chain: chain(k), holdings: lies(0.4, 60_000), debts: new Map(),
      haircuts: each(() => between(0, 0.2)), yields: each(() => between(0, 0.02)), borrowRates: new Map(),
      requirementUsd: scenarios.map((_one, s) => (s === 0 ? base : base * between(0.6, 1.8))),
    };
  }); // biome-ignore format: one glance
  const wallets = Array.from({ length: size.chains }, (_, k): CollateralPlace => ({
    id: `wallet${k}`, kind: 'wallet', chain: chain(k), holdings: lies(0.7, 150_000), debts: new Map(), haircuts: new Map(),
    yields: each(() => between(0, 0.06)), borrowRates: new Map(), requirementUsd: scenarios.map(() => 0),
  })); // biome-ignore format: one glance
  const places = [...pools, ...wallets];
  return {
    prices: price,
    places,
    routes: routesOf(places, assets),
    policy: {
      scenarios, buffer: 0.25, horizonDays: 7, delayPerHour: 0.0001, latestMinutes: 120,
      caps: { movedUsd: 1e9, perTransferUsd: 1e9, costUsd: Number.POSITIVE_INFINITY, perPlaceUsd: Number.POSITIVE_INFINITY },
    },
  }; // biome-ignore format: one glance
}
