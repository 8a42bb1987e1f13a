import type { Account, Balance } from '#shared/domain/account.ts';
import { expiryOf, type Instrument } from '#shared/domain/instrument.ts';
import type { Position } from '#shared/domain/position.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { isZero, toNumber } from '#shared/units/decimal.ts';
import type { AccountId, Currency, InstrumentId, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import { type EpochMs, isoSeconds, yearsBetween } from '#shared/units/time.ts';
import { pooled } from './pooling.ts';
import {
  DOLLARS,
  type GridAxes,
  INVERSE,
  INVERSE_OPTION,
  LINEAR,
  LINEAR_OPTION,
  PAYOFF_SHIFTS,
  type PoolProblem,
  type RiskProblem,
} from './problem.ts';
import type { RowKey } from './report.ts';

/** Everything that is held and what it is worth, as the engine knows it. */
export interface HeldBook {
  readonly accounts: readonly Account[];
  readonly instruments: ReadonlyMap<InstrumentId, Instrument>;
  readonly positions: readonly Pick<Position, 'account' | 'instrument' | 'quantity' | 'entry'>[];
  readonly balances: readonly Balance[];
}

export interface Valuation {
  readonly market: MarketSnapshot;
  /** Engine time, and the receive time before which a quote is stale. */
  readonly now: EpochMs;
  readonly staleBefore: EpochMs;
  readonly axes: GridAxes;
  /** USD to add to a row's unrealised profit to give the day's P&L. */
  readonly dayOffsetUsd: (row: RowKey) => number;
}

/** What the numbers of a problem are about; stays where it was made while the numbers travel. */
export interface ProblemIdentity {
  readonly asOf: EpochMs;
  readonly now: EpochMs;
  readonly rows: readonly RowKey[];
  readonly underlyings: readonly UnderlyingId[];
  readonly accounts: readonly Account[];
  readonly venues: readonly VenueId[];
  /** Labels of the expiry groups: "cash", "perpetual", then ISO expiries. */
  readonly expiries: readonly string[];
  readonly pools: readonly { readonly account: Account; readonly currency: Currency }[];
  readonly excluded: readonly { readonly account: AccountId; readonly key: string; readonly why: string }[];
}

export interface Assembled {
  readonly problem: RiskProblem;
  readonly identity: ProblemIdentity;
}

export function isDollar(currency: Currency): boolean {
  return currency === 'USDC' || currency === 'USD';
}

/** Numbers each new value in order of first sight. */
class Numbering<T> {
  readonly values: T[] = [];
  readonly #index = new Map<T, number>();

  of(value: T): number {
    const known = this.#index.get(value);
    if (known !== undefined) return known;
    this.values.push(value);
    this.#index.set(value, this.values.length - 1);
    return this.values.length - 1;
  }
}

function kindOf(instrument: Instrument): number {
  const inverse = instrument.payoff === 'inverse';
  if (instrument.kind === 'option') return inverse ? INVERSE_OPTION : LINEAR_OPTION;
  return inverse ? INVERSE : LINEAR;
}

interface Priced {
  readonly instrument: Instrument;
  readonly quote: Quote;
}

function instrumentTable(
  priced: readonly Priced[],
  valuation: Valuation,
  underlyings: Numbering<UnderlyingId>,
  expiries: Numbering<string>,
) {
  const n = priced.length;
  const column = (value: (one: Priced) => number): Float64Array => Float64Array.from(priced, value);
  return {
    count: n,
    kind: Uint8Array.from(priced, (one) => kindOf(one.instrument)),
    underlying: Uint16Array.from(priced, (one) => underlyings.of(one.instrument.underlying)),
    strike: column((one) => (one.instrument.kind === 'option' ? toNumber(one.instrument.strike) : 0)),
    years: column((one) =>
      Math.max(yearsBetween(valuation.market.asOf, expiryOf(one.instrument) ?? valuation.market.asOf), 0),
    ),
    right: column((one) => (one.instrument.kind === 'option' ? (one.instrument.right === 'call' ? 1 : -1) : 0)),
    forward: column((one) => one.quote.forward),
    vol: column((one) => one.quote.markVol ?? 0),
    mark: column((one) => one.quote.mark),
    funding8h: column((one) => one.quote.funding8h ?? 0),
    ageMs: column((one) => ageOf(one.quote, valuation)),
    expiryGroup: Uint16Array.from(priced, (one) => {
      const expiry = expiryOf(one.instrument);
      return expiries.of(expiry === null ? 'perpetual' : isoSeconds(expiry));
    }),
  };
}

function ageOf(quote: Quote, valuation: Valuation): number {
  const age = Math.max(valuation.now - quote.tsReceived, 0);
  return quote.tsReceived < valuation.staleBefore ? -Math.max(age, 1) : age;
}

interface Holding {
  readonly row: RowKey;
  readonly instrument: number;
  readonly quantity: number;
  readonly entry: number;
}

type Excluded = ProblemIdentity['excluded'][number];

interface Collected {
  readonly priced: Priced[];
  readonly holdings: Holding[];
  readonly excluded: Excluded[];
}

/** Positions that can be valued, numbered by instrument; what cannot is named with its reason. */
function collectPositions(held: HeldBook, valuation: Valuation, accounts: ReadonlyMap<AccountId, Account>): Collected {
  const numbers = new Numbering<InstrumentId>();
  const found: Collected = { priced: [], holdings: [], excluded: [] };
  for (const { account: owner, instrument: id, quantity, entry } of held.positions) {
    if (isZero(quantity)) continue;
    const account = accounts.get(owner);
    const instrument = held.instruments.get(id);
    const quote = valuation.market.quotes.get(id);
    if (!account || !instrument || !quote) {
      const why = !account ? 'unknown account' : !instrument ? 'unlisted instrument' : 'no quote yet';
      found.excluded.push({ account: owner, key: id, why });
      continue;
    }
    const number = numbers.of(id);
    if (number === found.priced.length) found.priced.push({ instrument, quote });
    const { settlement: currency, underlying } = instrument;
    const row = { account: owner, venue: account.venue, instrument: id, currency, underlying };
    found.holdings.push({ row, instrument: number, quantity: toNumber(quantity), entry: toNumber(entry) });
  }
  return found;
}

/** Cash of every account, dollars and coins with an index. */
function collectCash(
  held: HeldBook,
  valuation: Valuation,
  accounts: ReadonlyMap<AccountId, Account>,
): Omit<Collected, 'priced'> {
  const holdings: Holding[] = [];
  const excluded: Excluded[] = [];
  for (const { account: owner, currency, cash } of held.balances) {
    const account = accounts.get(owner);
    if (!account || isZero(cash)) continue;
    if (!isDollar(currency) && !valuation.market.index.has(currency)) {
      excluded.push({ account: owner, key: currency, why: 'no index yet' });
      continue;
    }
    const row = { account: owner, venue: account.venue, instrument: null, currency, underlying: currency };
    holdings.push({ row, instrument: -1, quantity: toNumber(cash), entry: Number.NaN });
  }
  return { holdings, excluded };
}

function collect(held: HeldBook, valuation: Valuation): Collected {
  const accounts = new Map(held.accounts.map((one) => [one.id, one]));
  const positions = collectPositions(held, valuation, accounts);
  const cash = collectCash(held, valuation, accounts);
  return {
    priced: positions.priced,
    holdings: [...positions.holdings, ...cash.holdings],
    excluded: [...positions.excluded, ...cash.excluded],
  };
}

/** Margin pools of every account, with what names them. */
function poolsOf(held: HeldBook, holdings: readonly Holding[], underlyings: Numbering<UnderlyingId>) {
  const problems: PoolProblem[] = [];
  const keys: { account: Account; currency: Currency }[] = [];
  held.accounts.forEach((account, index) => {
    const rows = holdings.flatMap(({ row, instrument, quantity }, h) =>
      row.account === account.id ? [{ h, cash: instrument < 0, currency: row.currency, quantity }] : [],
    );
    for (const { currency, cash, positions, assets } of pooled(account.rules, rows)) {
      problems.push({
        account: index,
        rules: account.rules,
        leverage: account.leverage ?? 0,
        currency: isDollar(currency) ? DOLLARS : underlyings.of(currency),
        cash,
        holdings: Int32Array.from(positions),
        assets: Int32Array.from(assets),
        coins: underlyings.values,
        ...(account.emode === undefined ? {} : { emode: account.emode }),
      });
      keys.push({ account, currency });
    }
  });
  return { problems, keys };
}

/** Turns book and market into numbers. Nothing is priced here. */
export function assemble(held: HeldBook, valuation: Valuation): Assembled {
  const { priced, holdings, excluded } = collect(held, valuation);
  const underlyings = new Numbering<UnderlyingId>();
  for (const id of valuation.market.index.keys()) underlyings.of(id);
  const expiries = new Numbering<string>();
  expiries.of('cash');
  expiries.of('perpetual');
  const instruments = instrumentTable(priced, valuation, underlyings, expiries);
  const accountIndex = new Map(held.accounts.map((one, index) => [one.id, index]));
  const venues = [...new Set(held.accounts.map((one) => one.venue))];
  const pools = poolsOf(held, holdings, underlyings);
  const problem: RiskProblem = {
    asOf: valuation.market.asOf,
    spot: Float64Array.from(underlyings.values, (id) => valuation.market.index.get(id) ?? Number.NaN),
    instruments,
    holdings: {
      count: holdings.length,
      instrument: Int32Array.from(holdings, (one) => one.instrument),
      account: Uint16Array.from(holdings, (one) => accountIndex.get(one.row.account) ?? 0),
      underlying: Uint16Array.from(holdings, (one) =>
        isDollar(one.row.underlying) ? DOLLARS : underlyings.of(one.row.underlying),
      ),
      quantity: Float64Array.from(holdings, (one) => one.quantity),
      entry: Float64Array.from(holdings, (one) => one.entry),
      dayOffsetUsd: Float64Array.from(holdings, (one) => valuation.dayOffsetUsd(one.row)),
    },
    accounts: held.accounts.length,
    venueOfAccount: Uint16Array.from(held.accounts, (one) => venues.indexOf(one.venue)),
    venues: venues.length,
    expiryGroups: expiries.values.length,
    pools: pools.problems,
    grid: valuation.axes,
    payoffShifts: PAYOFF_SHIFTS,
  };
  return {
    problem,
    identity: {
      asOf: valuation.market.asOf,
      now: valuation.now,
      rows: holdings.map((one) => one.row),
      underlyings: underlyings.values,
      accounts: held.accounts,
      venues,
      expiries: expiries.values,
      pools: pools.keys,
      excluded,
    },
  };
}
