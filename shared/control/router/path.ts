import type { Level } from '#shared/market/order-book.ts';
import type { AccountId, InstrumentId, VenueId } from '#shared/units/ids.ts';

/**
 * How a price turns into dollars.
 * linear: one unit is one coin, prices in dollars. inverse: one unit is one dollar of notional.
 * coin-option: one unit is one option, prices in coin. dollar-option: the same with prices in dollars.
 */
export type Contract = 'linear' | 'inverse' | 'coin-option' | 'dollar-option';

/**
 * One account × instrument through which the wanted exposure can be had. Everything is seen in the order's direction:
 * `levels` is the side that would be taken, carry figures are what that direction pays (negative = receives).
 */
export interface RoutePath {
  readonly venue: VenueId;
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly contract: Contract;
  /** +1 buys, −1 sells. */
  readonly direction: 1 | -1;
  /** The side taken, best first, instrument units. */
  readonly levels: readonly Level[];
  /** Middle of the book, in its price unit. */
  readonly mid: number;
  /** USD index of the underlying. */
  readonly index: number;
  /** Exposure that one unit of quantity adds, coins (options: contracts). */
  readonly coinsPerUnit: number;
  /** Step of the quantity, units. */
  readonly lot: number;
  /** Smallest order, units. */
  readonly minimum: number;
  /** Fraction of notional at the tier that holds now; options: of the index. */
  readonly takerFee: number;
  /** Options: the fee is never more than this fraction of the premium. Null elsewhere. */
  readonly premiumCap: number | null;
  /** Fixed cost of using the path at all: gas, withdrawal, USD. */
  readonly gasUsd: number;
  /** USD per coin of exposure over the holding time. */
  readonly fundingUsd: number;
  /** USD per coin: the premium over the index that is expected to melt over the holding time. */
  readonly basisUsd: number;
  /** USD per coin of gross position: carrying initial margin over the holding time; never negative. */
  readonly marginUsd: number;
  /** Coins of an opposite position that the order closes first: they free margin. */
  readonly reducibleCoins: number;
  /** Coins that margin or cash allow at most; null = no bound but depth. */
  readonly mostCoins: number | null;
}

/** "options|deribit-paper:BTC-PERPETUAL". */
export function pathKey(path: Pick<RoutePath, 'account' | 'instrument'>): string {
  return `${path.account}|${path.instrument}`;
}

/**
 * What one unit costs against the middle, fee included, as a formula of the price it trades at, USD:
 * perPrice · price + constant + perInverse / price + min(feeFlat, feePerPrice · price). Rises along the levels.
 */
export interface UnitCost {
  readonly perPrice: number;
  readonly constant: number;
  readonly perInverse: number;
  readonly feeFlat: number;
  readonly feePerPrice: number;
}

/** Inverse contracts lose (1/mid − 1/price) coins per dollar of notional, valued at the middle. */
export function unitCost({ contract, direction, mid, index, takerFee, premiumCap }: RoutePath): UnitCost {
  const none = Number.POSITIVE_INFINITY;
  if (contract === 'linear') {
    return { perPrice: direction, constant: -direction * mid, perInverse: 0, feeFlat: none, feePerPrice: takerFee };
  }
  if (contract === 'inverse') {
    return { perPrice: 0, constant: direction, perInverse: -direction * mid, feeFlat: takerFee, feePerPrice: none };
  }
  const scale = contract === 'coin-option' ? index : 1;
  return {
    perPrice: direction * scale,
    constant: -direction * mid * scale,
    perInverse: 0,
    feeFlat: takerFee * index,
    feePerPrice: premiumCap === null ? none : premiumCap * scale,
  };
}

/** USD per unit lost against the middle at `price`, without the fee. */
export function slippageUsd(path: RoutePath, price: number): number {
  const { perPrice, constant, perInverse } = unitCost(path);
  return perPrice * price + constant + perInverse / price;
}

/** Taker fee of one unit at `price`, USD. */
export function feeUsd(path: RoutePath, price: number): number {
  const { feeFlat, feePerPrice } = unitCost(path);
  return Math.min(feeFlat, feePerPrice * price);
}
