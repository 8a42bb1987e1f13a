import type { Currency } from '#shared/units/ids.ts';

/** One position as a margin rule sees it. */
export interface MarginPosition {
  /** A claim is paid for and worth its mark; only accounts that nobody margins hold one. */
  readonly kind: 'future' | 'option' | 'claim';
  /** Coin-settled: quantities of futures are USD, marks of options are coin, margin is coin. */
  readonly inverse: boolean;
  /** +1 call, −1 put, 0 for futures and perpetuals. */
  readonly right: number;
  /** USD; 0 for futures. */
  readonly strike: number;
  /** Signed, instrument unit. */
  readonly quantity: number;
  /** Quote unit: coin for coin-settled options, USD otherwise. */
  readonly mark: number;
  /** USD index of the underlying. */
  readonly index: number;
}

/** Margin in the currency of the pool: coin for coin-settled positions, USD otherwise. Never negative. */
export interface Requirement {
  readonly initial: number;
  readonly maintenance: number;
}

/** What a rule set asks for one position. `leverage` is the trader's choice where the rules know one, else 0. */
export type MarginRule = (position: MarginPosition, leverage: number) => Requirement;

export const NOTHING: Requirement = { initial: 0, maintenance: 0 };

/** A position with what rules need that revalue a whole pool. */
export interface PoolPosition extends MarginPosition {
  /** "BTC": positions of one coin move together, and parameters may differ by coin. */
  readonly underlying: Currency;
  /** Average entry, quote unit; inverse futures harmonic. */
  readonly entry: number;
  /** USD forward of the position's expiry; the mark for perpetuals. */
  readonly forward: number;
  /** Implied vol of the mark, 0.65 = 65 %; 0 for futures. */
  readonly vol: number;
  /** Year fraction to expiry, ACT/365; 0 for perpetuals and for what expires now. */
  readonly years: number;
  /** Continuously compounded rate to expiry per year; left out = 0. */
  readonly rate?: number;
  /** Lowest confidence of the feeds that price it, 0 to 1 (Derive); left out = 1. */
  readonly confidence?: number;
  /** USD set aside for this position alone (Hyperliquid); left out = it shares the pool's cash. */
  readonly isolatedMargin?: number;
  /** The trader's leverage on this position (Hyperliquid); left out = the pool's. */
  readonly leverage?: number;
}

/** A coin or token that secures a pool, or is owed by it. */
export interface PoolAsset {
  readonly currency: Currency;
  /** Signed: negative is owed. */
  readonly quantity: number;
  /** Pool currency per unit. */
  readonly price: number;
  /** The coin whose price it follows (wstETH follows ETH); left out = itself. */
  readonly follows?: Currency;
  /** Lowest confidence of its price feed, 0 to 1 (Derive); left out = 1. */
  readonly confidence?: number;
  /** Supplied, but not to count as collateral (Aave lets the owner choose). */
  readonly unused?: boolean;
  /** Terms of its own (Aave): parts of its value to borrow against, and tolerated; left out = those of the rule set. */
  readonly ltv?: number;
  readonly threshold?: number;
}

/** Everything one margin requirement is computed over. Money in the pool's currency. */
export interface MarginPool {
  readonly currency: Currency;
  /** USD per unit of `currency`. */
  readonly currencyUsd: number;
  /** Cash in `currency`; negative is borrowed. */
  readonly cash: number;
  readonly positions: readonly PoolPosition[];
  readonly assets: readonly PoolAsset[];
  /** The trader's leverage where the rules know one, else 0. */
  readonly leverage: number;
  /** USD per unit of the stable coin that the pool is counted in; left out = 1. */
  readonly stablePrice?: number;
  /** Confidence of the spot feed, 0 to 1 (Derive); left out = 1. */
  readonly confidence?: number;
  /** E-mode category chosen by the owner (Aave); left out = none. */
  readonly emode?: string;
}

/** A pool's requirement, and how it came about. */
export interface MarginResult extends Requirement {
  /** What the pool is worth: cash, positions at their marks, assets. */
  readonly equity: number;
  /** What stands against the requirement: equity, under most rules; without option premium at Deribit's standard margin. */
  readonly marginBalance: number;
  /** What each position asks for, in the pool's order; null where only the whole pool is judged. */
  readonly byPosition: readonly Requirement[] | null;
  /** Parts of the requirement by name, money in the pool's currency unless the name says otherwise. */
  readonly details: Readonly<Record<string, number>>;
}

/**
 * A rule set over a whole pool: a pure function of the pool and of dated parameters. A what-if is the same function on
 * {@link withPosition}.
 */
export type MarginModel<P> = (pool: MarginPool, parameters: P) => MarginResult;

/** Where parameters come from and of which day; venues change them, so what is in use is always shown. */
export interface Dated {
  /** ISO day. */
  readonly asOf: string;
  readonly source: string;
}

/** Figures by name, with those for every other name. */
export type Table<T> = Readonly<Record<string, T>> & { readonly default: T };

/** A table's entry of a name, its default where it has none; names come from files, "constructor" is one like any other. */
export function entryOf<T>(table: Table<T>, name: string): T {
  return Object.hasOwn(table, name) ? (table[name] ?? table.default) : table.default;
}

/** Things by what they have in common, in order of first sight. */
export function groupedBy<T, K>(all: readonly T[], keyOf: (one: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

/** Adds up what a per-position rule asks. */
export function sumOf(byPosition: readonly Requirement[]): Requirement {
  let initial = 0;
  let maintenance = 0;
  for (const one of byPosition) {
    initial += one.initial;
    maintenance += one.maintenance;
  }
  return { initial, maintenance };
}

/** What a position is worth closed at its mark, in its settlement currency: options and claims their mark, futures their profit. */
export function worthOf({
  kind,
  inverse,
  quantity,
  mark,
  entry,
}: Pick<PoolPosition, 'kind' | 'inverse' | 'quantity' | 'mark' | 'entry'>): number {
  if (kind !== 'future') return quantity * mark;
  return inverse ? quantity * (1 / entry - 1 / mark) : quantity * (mark - entry);
}

/** Cash, positions at their marks and assets at their prices. */
export function equityOf(pool: MarginPool): number {
  let equity = pool.cash;
  for (const one of pool.positions) equity += worthOf(one);
  for (const one of pool.assets) equity += one.quantity * one.price;
  return equity;
}

function sameInstrument(a: PoolPosition, b: PoolPosition): boolean {
  return (
    a.underlying === b.underlying &&
    a.kind === b.kind &&
    a.inverse === b.inverse &&
    a.right === b.right &&
    a.strike === b.strike &&
    a.years === b.years &&
    a.isolatedMargin === b.isolatedMargin
  );
}

function entryAfter(before: PoolPosition, fill: PoolPosition, quantity: number): number {
  if (before.quantity * fill.quantity < 0) {
    return Math.abs(fill.quantity) > Math.abs(before.quantity) ? fill.entry : before.entry;
  }
  if (before.kind === 'future' && before.inverse) {
    return quantity / (before.quantity / before.entry + fill.quantity / fill.entry);
  }
  return (before.quantity * before.entry + fill.quantity * fill.entry) / quantity;
}

/** The part of a fill that closes what is held, signed as what is held. */
function closedBy(before: PoolPosition, fill: PoolPosition): number {
  if (before.quantity * fill.quantity >= 0) return 0;
  return Math.sign(before.quantity) * Math.min(Math.abs(before.quantity), Math.abs(fill.quantity));
}

/**
 * The pool as if `fill.quantity` had been traded at `fill.entry`, fees left out: premium of options is paid or received,
 * profit on what closes becomes cash, so equity changes only by the distance of the price from the mark.
 */
export function withPosition(pool: MarginPool, fill: PoolPosition): MarginPool {
  const at = pool.positions.findIndex((one) => sameInstrument(one, fill));
  const before = pool.positions[at];
  const others = pool.positions.filter((_one, index) => index !== at);
  const quantity = (before?.quantity ?? 0) + fill.quantity;
  const premium = fill.kind === 'option' ? fill.quantity * fill.entry : 0;
  const realised =
    before && fill.kind === 'future' ? worthOf({ ...before, quantity: closedBy(before, fill), mark: fill.entry }) : 0;
  const cash = pool.cash - premium + realised;
  if (quantity === 0) return { ...pool, cash, positions: others };
  const entry = before ? entryAfter(before, fill, quantity) : fill.entry;
  return { ...pool, cash, positions: [...others, { ...fill, quantity, entry }] };
}
