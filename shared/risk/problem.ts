import type { AccountRules } from '#shared/domain/account.ts';
import type { ClaimTerms } from '#shared/pricing/claims/terms.ts';
import type { Currency, UnderlyingId } from '#shared/units/ids.ts';

/** How an instrument turns price into profit; see domain/instrument.ts, Payoff. */
export const LINEAR = 0;
export const INVERSE = 1;
export const LINEAR_OPTION = 2;
export const INVERSE_OPTION = 3;
/** Priced by a function of its own: paid for, and margined from its entry. */
export const CLAIM = 4;
export const MARGINED_CLAIM = 5;

/** Distinct instruments, a structure of arrays. Prices in USD except `mark`, which is in the quote unit. */
export interface InstrumentTable {
  readonly count: number;
  /** LINEAR … MARGINED_CLAIM. */
  readonly kind: Uint8Array;
  readonly underlying: Uint16Array;
  readonly strike: Float64Array;
  /** Years to expiry; 0 for what never expires or is expiring now. */
  readonly years: Float64Array;
  /** +1 call, −1 put, 0 for what is not a plain option. */
  readonly right: Float64Array;
  readonly forward: Float64Array;
  /** 0.65 = 65 %; 0 for what is not an option. */
  readonly vol: Float64Array;
  readonly mark: Float64Array;
  /** Fraction per 8 hours, longs pay; 0 for what has none. */
  readonly funding8h: Float64Array;
  /** The leverage chosen for it alone; 0 where its account's holds. */
  readonly leverage: Float64Array;
  /** Dollars set aside for its position; NaN where that shares the pool's cash. */
  readonly isolated: Float64Array;
  /** Age of the quote, ms; negative when stale. */
  readonly ageMs: Float64Array;
  /** Index into `RiskProblem.groups` of the expiry. */
  readonly expiryGroup: Uint16Array;
  /** Terms of the claims, by row; their `right` above is 0, `vol`, `years` and `forward` are theirs. */
  readonly claims: ReadonlyMap<number, ClaimTerms>;
}

/** A token in a lending market: held like cash of the coin it follows, under terms of its own. */
export interface LentToken {
  readonly asset: Currency;
  /** Coins (dollars) that one token is worth: the holding's quantity is in those. */
  readonly perToken: number;
  readonly ltv: number;
  readonly threshold: number;
  /** Fraction per 8 hours, less the interest. */
  readonly funding8h: number;
  readonly ageMs: number;
}

/** What is held: positions (instrument ≥ 0), and coin or dollar cash and lending tokens (instrument −1). */
export interface HoldingTable {
  readonly count: number;
  readonly instrument: Int32Array;
  readonly account: Uint16Array;
  /** For cash: the coin, or 0xffff for dollars. */
  readonly underlying: Uint16Array;
  /** Signed; instrument unit, coins or dollars for cash. */
  readonly quantity: Float64Array;
  /** Quote unit; NaN for cash. Of lending tokens USD per token. */
  readonly entry: Float64Array;
  /** Added to the unrealised profit to give the day's P&L, USD. */
  readonly dayOffsetUsd: Float64Array;
  /** Which rows of cash are lending tokens. */
  readonly lent: ReadonlyMap<number, LentToken>;
}

/** Marks cash that is dollars. */
export const DOLLARS = 0xffff;

/** One margin pool to be computed. */
export interface PoolProblem {
  readonly account: number;
  readonly rules: AccountRules;
  readonly leverage: number;
  /** Underlying of a coin pool, {@link DOLLARS} of a dollar pool. */
  readonly currency: number;
  /** Cash in the pool's currency. */
  readonly cash: number;
  /** Rows of the holding table that belong to it. */
  readonly holdings: Int32Array;
  /** Cash rows that its rules take as collateral or debt beside `cash`; most rules take none. */
  readonly assets: Int32Array;
  /** Names of the problem's underlyings by number: rules have figures of their own for some. */
  readonly coins: readonly UnderlyingId[];
  /** E-mode category (Aave); left out = none. */
  readonly emode?: string;
}

/** Axes of the scenario grid; see report.ts, ScenarioGrid. */
export interface GridAxes {
  readonly spotShifts: Float64Array;
  readonly volShifts: Float64Array;
  readonly days: number;
}

/** Everything a report is computed from: numbers only, so that it crosses to a worker as a handful of buffers. */
export interface RiskProblem {
  /** Venue time of the market. */
  readonly asOf: number;
  /** USD index per underlying. */
  readonly spot: Float64Array;
  readonly instruments: InstrumentTable;
  readonly holdings: HoldingTable;
  readonly accounts: number;
  /** Venue index per account. */
  readonly venueOfAccount: Uint16Array;
  readonly venues: number;
  readonly expiryGroups: number;
  readonly pools: readonly PoolProblem[];
  readonly grid: GridAxes;
  /** Relative spot moves of the payoff curves; empty = none wanted. */
  readonly payoffShifts: Float64Array;
  /** False: liquidation prices are not looked for, and are null. Left out: they are. */
  readonly frontier?: boolean;
}

/** `count` values from `from` to `to`, both included; rounded to 12 decimals so that a tenth is 0.1. */
export function linspace(from: number, to: number, count: number): Float64Array {
  const at = (i: number): number => (count === 1 ? from : from + ((to - from) * i) / (count - 1));
  return Float64Array.from({ length: count }, (_, i) => Math.round(at(i) * 1e12) / 1e12);
}

/** Shown in the payoff: half the spot to one and a half times it. */
export const PAYOFF_SHIFTS = linspace(-0.5, 0.5, 121);

/** ±25 % in 41 steps by ±30 vol points in 21. */
export function defaultAxes(): GridAxes {
  return { spotShifts: linspace(-0.25, 0.25, 41), volShifts: linspace(-0.3, 0.3, 21), days: 0 };
}
