import type { Decimal, Price, Quantity } from '#shared/units/decimal.ts';
import type { Currency, InstrumentId, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';

/**
 * linear: profit in the quote currency, quantity · (exit − entry).
 * inverse: profit in coin; futures quantity is USD, quantity · (1/entry − 1/exit); option prices are in coin.
 */
export type Payoff = 'linear' | 'inverse';
export type OptionRight = 'call' | 'put';

/** Commissions of an instrument, as fractions of notional (negative = rebate). */
export interface FeeSchedule {
  readonly maker: Decimal;
  readonly taker: Decimal;
  /** Options only: the fee is never more than this fraction of the premium. */
  readonly premiumCap?: Decimal;
}

interface Common {
  readonly id: InstrumentId;
  readonly venue: VenueId;
  /** The venue's own name. */
  readonly name: string;
  readonly underlying: UnderlyingId;
  /** Currency of prices: "USD", "USDC", or the coin for inverse options. */
  readonly quote: Currency;
  /** Currency of profit, premium and fees; for spot the quote currency. */
  readonly settlement: Currency;
  readonly payoff: Payoff;
  /** Prices are whole multiples of it. */
  readonly tick: Price;
  /** Quantities are whole multiples of it; also the smallest order. */
  readonly lot: Quantity;
  readonly fees: FeeSchedule;
}

export interface Spot extends Common {
  readonly kind: 'spot';
}

/** How the trader has an instrument margined, where the venue lets that be chosen for each (Hyperliquid). */
export interface MarginChoice {
  /** Initial margin is notional ÷ leverage. */
  readonly leverage: number;
  /** Dollars set aside for the position alone, its profit left out. Left out = it shares the account's money. */
  readonly isolated?: Decimal;
}

export interface Perpetual extends Common {
  readonly kind: 'perpetual';
  /** The account's own, as fees are. Left out = the venue has one rule for the whole account. */
  readonly margin?: MarginChoice;
}

export interface Future extends Common {
  readonly kind: 'future';
  readonly expiry: EpochMs;
}

export interface Option extends Common {
  readonly kind: 'option';
  readonly expiry: EpochMs;
  readonly strike: Price;
  readonly right: OptionRight;
}

/** What an order book trades. */
export type Contract = Spot | Perpetual | Future | Option;

/** A claim is priced by a formula of its own and counted in dollars; one unit of the underlying unless it says otherwise. */
interface ClaimCommon extends Common {
  readonly payoff: 'linear';
  readonly quote: 'USD' | 'USDC';
  readonly settlement: 'USD' | 'USDC';
}

interface StruckClaim extends ClaimCommon {
  readonly expiry: EpochMs;
  readonly strike: Price;
  readonly right: OptionRight;
}

export const BARRIER_STYLES = ['down-in', 'down-out', 'up-in', 'up-out'] as const;

/** An option that begins or ends where the index first meets the barrier; watched continuously. */
export interface Barrier extends StruckClaim {
  readonly kind: 'barrier';
  readonly style: (typeof BARRIER_STYLES)[number];
  readonly barrier: Price;
  /** Dollars: paid at the hit by a knock-out, at expiry by a knock-in that was never hit. */
  readonly rebate: Price;
}

/** Pays one dollar (cash) or one coin (asset) where the index ends beyond the strike. */
export interface Digital extends StruckClaim {
  readonly kind: 'digital';
  readonly pays: 'cash' | 'asset';
}

/** An option on the mean of the index from `start` to expiry. */
export interface Asian extends StruckClaim {
  readonly kind: 'asian';
  readonly mean: 'arithmetic' | 'geometric';
  readonly start: EpochMs;
}

/** A perpetual on index^power whose longs pay mark − index^power each funding period; margined like a perpetual. */
export interface PowerPerpetual extends ClaimCommon {
  readonly kind: 'power-perpetual';
  readonly power: number;
  readonly fundingHours: number;
}

/** A Uniswap v3 position: liquidity between two prices of the underlying in dollars, in whole tokens. */
export interface LiquidityRange extends ClaimCommon {
  readonly kind: 'liquidity-range';
  /** √(coins · dollars). */
  readonly liquidity: Decimal;
  readonly lower: Price;
  readonly upper: Price;
}

/** A share of a vault that has sold options: calls against coins it holds, or puts against dollars. */
export interface VaultShare extends StruckClaim {
  readonly kind: 'vault-share';
  /** Per share: coins where it sells calls, dollars where it sells puts; premium taken in included. */
  readonly collateral: Decimal;
  /** Options sold per share. */
  readonly sold: Decimal;
}

/** A token in a lending market: supplied where the position is positive, owed where negative, interest included. */
export interface Lending extends ClaimCommon {
  readonly kind: 'lending';
  /** The token; `underlying` is the coin whose price it follows. */
  readonly asset: Currency;
  /** Parts of its value that may be borrowed against, and up to which debt is tolerated: 0.80 and 0.825. */
  readonly ltv: number;
  readonly threshold: number;
}

export type Claim = Barrier | Digital | Asian | PowerPerpetual | LiquidityRange | VaultShare | Lending;
export type Instrument = Contract | Claim;

/** The moment an instrument ceases to trade, or null where it never does. */
export function expiryOf(instrument: Instrument): EpochMs | null {
  return 'expiry' in instrument ? instrument.expiry : null;
}

/** Whether an order book trades it. */
export function isContract(instrument: Instrument): instrument is Contract {
  return ['spot', 'perpetual', 'future', 'option'].includes(instrument.kind);
}

/** Whether it moves with the index one for one, and so can hedge. */
export function isDeltaOne(instrument: Instrument): instrument is Exclude<Contract, Option> {
  return isContract(instrument) && instrument.kind !== 'option';
}

/** Whether buying it costs its price: options and claims. The others are margined, and pay profit from their entry. */
export function isPaidFor(instrument: Instrument): boolean {
  return !isDeltaOne(instrument) && instrument.kind !== 'power-perpetual';
}

/** Unit of the instrument's quantities: "USD" for inverse futures and perpetuals, else the coin or what the claim is. */
export function quantityUnit(instrument: Instrument): string {
  if (instrument.kind === 'liquidity-range') return 'position';
  if (instrument.kind === 'vault-share') return 'share';
  if (instrument.kind === 'lending') return instrument.asset;
  const inverseFuture = instrument.payoff === 'inverse' && instrument.kind !== 'option';
  return inverseFuture ? 'USD' : instrument.underlying;
}
