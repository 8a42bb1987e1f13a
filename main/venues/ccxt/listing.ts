import type { Contract, FeeSchedule } from '#shared/domain/instrument.ts';
import { type Decimal, decimal, divide, multiply, sign, ZERO } from '#shared/units/decimal.ts';
import { type Currency, instrumentId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { CcxtConfig } from './config.ts';
import type { Dialect } from './dialect.ts';
import { readEach, type WireMarket, wireMarket } from './wire.ts';

const DOLLARS: ReadonlySet<Currency> = new Set(['USD', 'USDC', 'USDT']);
const ONE = decimal('1');

/** An instrument and how ccxt speaks of it. */
export interface Listed {
  readonly instrument: Contract;
  readonly symbol: string;
  /** Keel's units in one of ccxt's. */
  readonly size: Decimal;
}

/** What the venue lists of what was asked for. */
export interface Listing {
  load(markets: unknown): void;
  all(): readonly Listed[];
  bySymbol(symbol: string): Listed | undefined;
  byName(name: string): Listed | undefined;
  /** By Keel's name; throws where it is not listed. */
  named(name: string): Listed;
}

export function quantityOf({ size }: Listed, contracts: Decimal): Decimal {
  return multiply(contracts, size);
}

export function contractsOf({ size }: Listed, quantity: Decimal): Decimal {
  return divide(quantity, size);
}

/** Symbols that one watch of tickers can take: some classes send all of them to the line of the first. */
export function tickerGroups({ lines }: Dialect, listed: readonly Listed[]): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const {
    symbol,
    instrument: { kind, payoff },
  } of listed) {
    const line = lines === 'one' ? '' : `${kind} ${payoff}`;
    groups.set(line, [...(groups.get(line) ?? []), symbol]);
  }
  return [...groups.values()];
}

/** Inverse where it settles in its own coin, linear where in dollars; null for all else. */
function moneyOf(wire: WireMarket): Pick<Contract, 'settlement' | 'payoff'> | null {
  const settlement = wire.settle ?? wire.quote;
  if (wire.type !== 'spot' && settlement === wire.base) return { settlement, payoff: 'inverse' };
  return DOLLARS.has(settlement) ? { settlement, payoff: 'linear' } : null;
}

function termsOf(wire: WireMarket) {
  if (wire.type === 'spot') return { kind: 'spot' } as const;
  if (wire.type === 'swap') return { kind: 'perpetual' } as const;
  const { expiry, strike, optionType } = wire;
  if (expiry === null) return null;
  if (wire.type === 'future') return { kind: 'future', expiry } as const;
  if (wire.type !== 'option' || strike === null || (optionType !== 'call' && optionType !== 'put')) return null;
  return { kind: 'option', expiry, strike, right: optionType } as const;
}

/** Null for what Keel does not hold or was not asked for. */
function listedOf(config: CcxtConfig, dialect: Dialect, wire: WireMarket): Listed | null {
  const [money, terms] = [moneyOf(wire), termsOf(wire)];
  if (wire.active === false || money === null || terms === null) return null;
  if (!config.kinds.includes(terms.kind) || !config.underlyings.includes(wire.base)) return null;
  const { price: tick, amount } = wire.precision;
  if (tick === null || amount === null || sign(tick) <= 0 || sign(amount) <= 0) {
    const message = `${config.venue} lists ${wire.symbol.slice(0, 80)} without a tick or a lot above 0`;
    throw new FaultError(fault('bad-payload', message));
  }
  const size = wire.type === 'spot' ? ONE : dialect.contractSize(wire);
  const fees: FeeSchedule = { maker: wire.maker ?? ZERO, taker: wire.taker ?? ZERO };
  const name = dialect.names === 'id' ? wire.id : wire.symbol;
  const quote = terms.kind === 'option' && money.payoff === 'inverse' ? money.settlement : wire.quote;
  const common = { id: instrumentId(config.venue, name), venue: config.venue, name, underlying: wire.base, quote };
  const instrument: Contract = { ...common, ...money, tick, lot: multiply(amount, size), fees, ...terms };
  return { instrument, symbol: wire.symbol, size };
}

/** One market that cannot be read costs that instrument, told by `onFlaw`, and not the others. */
export function createListing(config: CcxtConfig, dialect: Dialect, onFlaw: (reason: Fault) => void): Listing {
  let known = new Map<string, Listed>();
  let names = new Map<string, Listed>();
  const onBad = (thrown: unknown) => onFlaw(toFault(thrown));
  const read = (wire: WireMarket): Listed | null => {
    try {
      return listedOf(config, dialect, wire);
    } catch (thrown) {
      onBad(thrown);
      return null;
    }
  };
  return {
    load: (markets) => {
      const listed = readEach(wireMarket, markets, 'market', onBad).flatMap((wire) => read(wire) ?? []);
      known = new Map(listed.map((one) => [one.symbol, one]));
      names = new Map(listed.map((one) => [one.instrument.name, one]));
    },
    all: () => [...known.values()],
    bySymbol: (symbol) => known.get(symbol),
    byName: (name) => names.get(name),
    named: (name) => {
      const listed = names.get(name);
      if (listed) return listed;
      throw new FaultError(fault('unknown-instrument', `${config.venue} lists no ${name}`, { instrument: name }));
    },
  };
}
