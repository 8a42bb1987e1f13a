import type { FillCause } from '#shared/domain/fill.ts';
import type { Contract } from '#shared/domain/instrument.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import type { Decimal } from '#shared/units/decimal.ts';
import type { ClientOrderId, Currency, UnderlyingId } from '#shared/units/ids.ts';
import type { DurationMs } from '#shared/units/time.ts';
import type { CcxtMethod, CcxtWatch, Opening } from './border.ts';
import type { KeyForm } from './process-border.ts';
import type { WireBalance, WireGreeks, WireMarket, WireTrade } from './wire.ts';

/** One request of the market's state, and what is in its answer. */
export interface MarketRead {
  readonly method: CcxtMethod;
  readonly parameters: readonly unknown[];
  readonly takes: 'tickers' | 'marks' | 'greeks' | 'funding' | 'indices';
}

/** One list of own trades or funding: the parameters that ask for it. */
export type Scope = Readonly<Record<string, unknown>>;

/** Margin figures of one currency as a venue tells them. */
export type PoolFigures = Pick<PoolMargin, 'currency' | 'equity' | 'initialMargin' | 'maintenanceMargin'>;

/** Greeks of one unit of an option, as {@link VenueGreeks} has them. */
export interface UnitGreeks {
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
}

/** What ccxt does not level out: one of these per exchange. */
export interface Dialect {
  readonly exchange: string;
  /** What of a key ccxt signs with. */
  readonly form: KeyForm;
  /** Instruments go by the venue's own id, or by ccxt's symbol where an id stands for two. */
  readonly names: 'id' | 'symbol';
  readonly options: Readonly<Record<string, unknown>>;
  readonly tagHeaders: readonly string[];
  /** How ccxt reaches the venue's testnet. */
  readonly testnet: NonNullable<Opening['testnet']>;
  /** Private watches that the class has. */
  readonly news: readonly CcxtWatch[];
  /** Tickers of every kind come over one line, or each kind has its own. */
  readonly lines: 'one' | 'by-kind';
  readonly able: { readonly amend: boolean; readonly greeks: boolean; readonly reduceOnly: boolean };
  /** Keel's id as the venue takes it, and back; null where it is none of ours. */
  readonly clientId: { encode(id: ClientOrderId): string | null; decode(wire: string): ClientOrderId | null };
  /** The parameters that name an order by its client id where it is asked for, cancelled or amended. */
  byClient(wireId: string): Scope;
  /** Base coins (linear), dollars (inverse futures) or coins (options) in one unit of ccxt's amounts. */
  contractSize(market: WireMarket): Decimal;
  marketReads(underlyings: readonly UnderlyingId[], kinds: readonly Contract['kind'][]): readonly MarketRead[];
  /** The own-trade lists that together are the account's; `symbol` where the venue has one per instrument. */
  fillScopes(kinds: readonly Contract['kind'][], symbols: readonly string[]): readonly Scope[];
  /** The same of funding. */
  fundingScopes(symbols: readonly string[]): readonly Scope[];
  /** Asks for what is older than a full page; null where pages go from the oldest on. */
  readonly older: ((oldest: WireTrade) => Scope) | null;
  readonly pageSize: number;
  /** How far back the venue's lists of trades go. */
  readonly lookBack: DurationMs;
  /** The client id that a trade's order has, where the trade says it. */
  readonly clientOf: (trade: WireTrade) => string | null;
  readonly causeOf: (trade: WireTrade) => FillCause;
  /** USD index at a trade, where the venue says it. */
  readonly indexOf: (trade: WireTrade) => Decimal | null;
  /** Cash without unrealised profit and the worth of options. */
  cashOf(balance: WireBalance): ReadonlyMap<Currency, Decimal>;
  poolsOf(balance: WireBalance): readonly PoolFigures[];
  greeksOf(greeks: WireGreeks): UnitGreeks | null;
  /**
   * Lists that an order which is not open any more is looked for in, for an id whose instrument is forgotten; null where
   * the venue is asked for the id at each instrument instead.
   */
  readonly endedScopes:
    | ((kinds: readonly Contract['kind'][]) => readonly { readonly method: CcxtMethod; readonly scope: Scope }[])
    | null;
  /** Lists that are asked for a client id before the venue's "no such order" is believed: some forget what ended. */
  readonly endedBy: readonly CcxtMethod[];
}
