import { type Account, type Balance, isHeldUnder } from '#shared/domain/account.ts';
import { type Instrument, isDeltaOne, type Lending } from '#shared/domain/instrument.ts';
import type { Position } from '#shared/domain/position.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { isZero, toNumber, ZERO } from '#shared/units/decimal.ts';
import type { AccountId, Currency, InstrumentId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { claimFlaw } from './claims.ts';
import { Numbering } from './numbering.ts';
import type { GridAxes, LentToken } from './problem.ts';
import type { RowKey } from './report.ts';

/** A position, and the strategy it belongs to where the trader has named one. */
export type HeldPosition = Pick<Position, 'account' | 'instrument' | 'quantity' | 'entry'> & {
  readonly tag?: string | undefined;
};

/** Everything that is held and what it is worth, as the engine knows it. */
export interface HeldBook {
  readonly accounts: readonly Account[];
  readonly instruments: ReadonlyMap<InstrumentId, Instrument>;
  readonly positions: readonly HeldPosition[];
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

export function isDollar(currency: Currency): boolean {
  return currency === 'USDC' || currency === 'USD';
}

export interface Priced {
  readonly instrument: Instrument;
  readonly quote: Quote;
}

export interface Holding {
  readonly row: RowKey;
  /** Row of the instrument table; −1 for cash and what is held like it. */
  readonly instrument: number;
  readonly quantity: number;
  readonly entry: number;
  /** Whether the account's margin rules know it; what they do not is in no pool. */
  readonly margined: boolean;
  readonly lent?: LentToken;
}

/** Something left out, and why. */
export interface Excluded {
  readonly account: AccountId;
  readonly key: string;
  readonly why: string;
}

/** The rows of a book that can be valued, their instruments by number, and what is left out. */
export interface Collected {
  readonly priced: Priced[];
  readonly holdings: Holding[];
  readonly excluded: Excluded[];
}

/** Age of a quote, ms; negative when it is stale. */
export function ageOf(quote: Quote, valuation: Valuation): number {
  const age = Math.max(valuation.now - quote.tsReceived, 0);
  return quote.tsReceived < valuation.staleBefore ? -Math.max(age, 1) : age;
}

/** Why an instrument cannot be valued on its quote, or null. */
function flawOf(instrument: Instrument, quote: Quote, market: MarketSnapshot): string | null {
  const { underlying } = instrument;
  const dollars = instrument.kind === 'lending' && isDollar(underlying);
  if (!dollars && !market.index.has(underlying)) return 'no index yet';
  switch (instrument.kind) {
    case 'spot':
    case 'perpetual':
    case 'future':
    case 'option':
    case 'lending':
      return null;
    default:
      return claimFlaw(instrument, quote, market);
  }
}

function lentToken({ asset, underlying, ltv, threshold }: Lending, quote: Quote, valuation: Valuation): LentToken {
  const index = isDollar(underlying) ? 1 : (valuation.market.index.get(underlying) ?? Number.NaN);
  const { forward, funding8h } = quote;
  const ageMs = ageOf(quote, valuation);
  return { asset, ltv, threshold, perToken: forward / index, funding8h: funding8h ?? 0, ageMs };
}

class PositionCollector {
  readonly found: Collected = { priced: [], holdings: [], excluded: [] };
  readonly #numbers = new Numbering<InstrumentId>();
  readonly #held: HeldBook;
  readonly #valuation: Valuation;
  readonly #accounts: ReadonlyMap<AccountId, Account>;

  constructor(held: HeldBook, valuation: Valuation, accounts: ReadonlyMap<AccountId, Account>) {
    this.#held = held;
    this.#valuation = valuation;
    this.#accounts = accounts;
  }

  /** Numbers a position by its instrument, or names it with the reason why it cannot be valued; flat ones are nothing. */
  take(position: HeldPosition): void {
    const { account: owner, instrument: id, quantity } = position;
    if (isZero(quantity)) return;
    const account = this.#accounts.get(owner);
    const instrument = this.#held.instruments.get(id);
    const quote = this.#valuation.market.quotes.get(id);
    if (!account || !instrument || !quote) {
      const why = !account ? 'unknown account' : !instrument ? 'unlisted instrument' : 'no quote yet';
      this.found.excluded.push({ account: owner, key: id, why });
      return;
    }
    const why = flawOf(instrument, quote, this.#valuation.market);
    if (why === null) this.#hold(position, account, { instrument, quote });
    else this.found.excluded.push({ account: owner, key: id, why });
  }

  #hold(position: HeldPosition, account: Account, priced: Priced): void {
    const { instrument } = priced;
    const { settlement, underlying } = instrument;
    const currency = instrument.kind === 'lending' ? instrument.asset : settlement;
    const { tag } = position;
    const row = {
      account: account.id,
      venue: account.venue,
      instrument: instrument.id,
      currency,
      underlying,
      ...(tag === undefined ? {} : { tag }),
    };
    const margined = isHeldUnder(account.rules, instrument);
    const [quantity, entry] = [toNumber(position.quantity), toNumber(position.entry)];
    if (instrument.kind === 'lending') {
      const lent = lentToken(instrument, priced.quote, this.#valuation);
      this.found.holdings.push({ row, instrument: -1, quantity: quantity * lent.perToken, entry, margined, lent });
      return;
    }
    const number = this.#numbers.of(instrument.id);
    if (number === this.found.priced.length) this.found.priced.push(priced);
    this.found.holdings.push({ row, instrument: number, quantity, entry, margined });
  }
}

/** Coins in which an account holds inverse futures: their profit counts as coin cash, so it needs a row even of none. */
function profitCoins({ holdings, priced }: Collected): ReadonlyMap<AccountId, ReadonlySet<Currency>> {
  const coins = new Map<AccountId, Set<Currency>>();
  for (const { row, instrument: number } of holdings) {
    const instrument = priced[number]?.instrument;
    if (instrument?.payoff !== 'inverse' || !isDeltaOne(instrument)) continue;
    const own = coins.get(row.account) ?? new Set();
    coins.set(row.account, own.add(row.currency));
  }
  return coins;
}

/** Cash of every account, dollars and coins with an index. */
function collectCash(
  { balances }: HeldBook,
  { market }: Valuation,
  accounts: ReadonlyMap<AccountId, Account>,
  found: Collected,
): void {
  const needed = profitCoins(found);
  const bare = [...needed].flatMap(([account, coins]) =>
    [...coins]
      .filter((currency) => !balances.some((one) => one.account === account && one.currency === currency))
      .map((currency) => ({ account, currency, cash: ZERO })),
  );
  for (const { account: owner, currency, cash } of [...balances, ...bare]) {
    const account = accounts.get(owner);
    if (!account || (isZero(cash) && !needed.get(owner)?.has(currency))) continue;
    if (!isDollar(currency) && !market.index.has(currency)) {
      found.excluded.push({ account: owner, key: currency, why: 'no index yet' });
      continue;
    }
    const row = { account: owner, venue: account.venue, instrument: null, currency, underlying: currency };
    const quantity = toNumber(cash);
    found.holdings.push({ row, instrument: -1, quantity, entry: Number.NaN, margined: true });
  }
}

/** Positions that can be valued, numbered by instrument, and cash; what cannot is named with its reason. */
export function collect(held: HeldBook, valuation: Valuation): Collected {
  const accounts = new Map(held.accounts.map((one) => [one.id, one]));
  const positions = new PositionCollector(held, valuation, accounts);
  for (const one of held.positions) positions.take(one);
  collectCash(held, valuation, accounts, positions.found);
  return positions.found;
}
