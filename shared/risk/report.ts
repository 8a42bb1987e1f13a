import type { AccountId, Currency, InstrumentId, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';

/**
 * USD-view sensitivities of something held. All add up over positions of one underlying.
 * delta: coins, ∂V/∂S. gamma: coins per USD, ∂²V/∂S². vega: USD per vol point. theta: USD per day.
 */
export interface Greeks {
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
}

/** What a row of the book is: an account's position in an instrument, or its cash in a coin. */
export interface RowKey {
  readonly account: AccountId;
  readonly venue: VenueId;
  /** Null for a cash holding. */
  readonly instrument: InstrumentId | null;
  /** The coin of a cash holding, or the settlement currency of the instrument. */
  readonly currency: Currency;
  readonly underlying: UnderlyingId;
  /** The strategy the trader counts it to. */
  readonly tag?: string;
}

/**
 * Figures of a row, in the order they stand in {@link PositionTable.cells}. Money in USD; NaN = not applicable.
 * quantity: signed, instrument unit (coins for cash). mark, entry: instrument quote unit (USD index for cash).
 * valueUsd: worth if closed at mark (futures: unrealised profit). dayUsd: P&L since 00:00 UTC of the venue's day.
 * deltaCoin: premium-adjusted delta of coin-settled options (delta − value in coin), otherwise delta.
 * marginUsd: maintenance margin the row asks for. funding8hUsd: expected over the next 8 hours, positive = received.
 * liquidationPrice, liquidationDistance: of the row's pool, the nearer side; distance is a fraction of spot.
 * ageMs: age of the row's quote; negative when older than the staleness limit.
 */
export const POSITION_COLUMNS = [
  'quantity',
  'mark',
  'entry',
  'unrealisedUsd',
  'valueUsd',
  'dayUsd',
  'delta',
  'deltaCoin',
  'gamma',
  'vega',
  'theta',
  'funding8hUsd',
  'marginUsd',
  'liquidationPrice',
  'liquidationDistance',
  'ageMs',
] as const;
export type PositionColumn = (typeof POSITION_COLUMNS)[number];

/** The rows of the book as one row-major block: cells[row · POSITION_COLUMNS.length + column]. */
export interface PositionTable {
  readonly rows: readonly RowKey[];
  readonly cells: Float64Array;
}

export type PositionFigures = RowKey & Readonly<Record<PositionColumn, number>>;

/** Row `index` of the table as an object, for figures that are read by name. */
export function positionAt(table: PositionTable, index: number): PositionFigures {
  const row = table.rows[index];
  if (!row) throw new RangeError(`row ${index} of ${table.rows.length}`);
  const width = POSITION_COLUMNS.length;
  const figures = POSITION_COLUMNS.map((name, column) => [name, table.cells[index * width + column] ?? Number.NaN]);
  return { ...row, ...(Object.fromEntries(figures) as Record<PositionColumn, number>) };
}

/** What a net figure is taken over. */
export type ExposureBy = 'book' | 'underlying' | 'expiry' | 'venue' | 'account';

export interface Exposure extends Greeks {
  readonly by: ExposureBy;
  /** "BTC", ISO expiry, venue id, account id; "book". */
  readonly key: string;
  readonly valueUsd: number;
  readonly unrealisedUsd: number;
  readonly deltaUsd: number;
  readonly grossNotionalUsd: number;
}

/** Full revaluation over spot × vol (and days forward); row-major by vol: index = volIndex · spotShifts.length + spotIndex. */
export interface ScenarioGrid {
  readonly underlying: UnderlyingId;
  /** Relative: −0.25 = spot and every forward fall by 25 %. */
  readonly spotShifts: Float64Array;
  /** Absolute: 0.10 = ten vol points up on every option; floored at 1 % vol. */
  readonly volShifts: Float64Array;
  /** Calendar days that pass before revaluation. */
  readonly days: number;
  /** Change of the book's USD value against now. */
  readonly pnlUsd: Float64Array;
  /** Bit i set: margin pool i (order of `RiskReport.pools`) is below maintenance margin in that cell; the first 32 pools. */
  readonly breaches: Uint32Array;
  /** Index of the cell with the lowest P&L. */
  readonly worst: number;
}

/** A Greek by strike × expiry; index = expiryIndex · strikes.length + strikeIndex; NaN where nothing is held. */
export interface StrikeLadder {
  readonly underlying: UnderlyingId;
  readonly strikes: Float64Array;
  readonly expiries: Float64Array;
  readonly delta: Float64Array;
  readonly gamma: Float64Array;
  readonly vega: Float64Array;
  readonly theta: Float64Array;
}

/** One margin pool by Keel's own rules. Money in `currency`. */
export interface PoolMargin {
  readonly account: AccountId;
  readonly venue: VenueId;
  readonly rules: string;
  readonly currency: Currency;
  /** USD per unit of `currency`. */
  readonly currencyUsd: number;
  /** What the pool is worth. */
  readonly equity: number;
  /** What stands against the margin: equity, without option premium at Deribit's standard margin. */
  readonly marginBalance: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  /** maintenance ÷ margin balance: 0 = no risk, 1 = liquidation. Infinity when that is ≤ 0 and margin is due. */
  readonly ratio: number;
  /** margin balance − initial margin. */
  readonly available: number;
  /** Underlying prices at which margin balance meets maintenance, everything else held; null where none is within range. */
  readonly liquidationBelow: number | null;
  readonly liquidationAbove: number | null;
  /** Smaller of the two distances as a fraction of spot (always positive); null when there is none. */
  readonly distance: number | null;
  /** The same distance in daily standard deviations at the at-the-money vol. */
  readonly distanceSigmaDays: number | null;
  /** Lending pools: Σ(collateral · threshold) ÷ debt, liquidation below 1; Infinity without debt. */
  readonly healthFactor?: number;
}

/** P&L of the book in USD over spot, now and at the next expiry. */
export interface Payoff {
  readonly underlying: UnderlyingId;
  readonly spots: Float64Array;
  readonly now: Float64Array;
  readonly atExpiry: Float64Array;
  readonly expiry: EpochMs | null;
}

/** What a hedge is due by. */
export type RiskExposures = Pick<RiskReport, 'asOf' | 'spot' | 'exposures'>;

/** What the risk loop answers: one consistent picture, never merged with an older one. */
export interface RiskReport {
  readonly seq: number;
  /** Venue time of the market it was computed on. */
  readonly asOf: EpochMs;
  readonly computeMs: number;
  /** Engine time at which it was asked for. */
  readonly computedAt: EpochMs;
  readonly spot: Readonly<Record<UnderlyingId, number>>;
  readonly positions: PositionTable;
  readonly exposures: readonly Exposure[];
  readonly pools: readonly PoolMargin[];
  readonly grids: readonly ScenarioGrid[];
  readonly ladders: readonly StrikeLadder[];
  readonly payoffs: readonly Payoff[];
  /** Rows left out of the totals and why (no quote, unlisted, stale). */
  readonly excluded: readonly { readonly account: AccountId; readonly key: string; readonly why: string }[];
}
