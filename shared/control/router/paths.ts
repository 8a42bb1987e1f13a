import { expiryOf, type Instrument, isContract } from '#shared/domain/instrument.ts';
import { middleOf, type OrderBook } from '#shared/market/order-book.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { AccountId, InstrumentId, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import { carryOf } from './carry.ts';
import type { Contract, RoutePath } from './path.ts';
import type { Unusable } from './router.ts';

/** What a venue asks of one instrument beyond its listing. */
export interface VenueTerms {
  /** Smallest order, units; null = one lot. */
  readonly minimum: number | null;
  /** Taker fees by traded volume: the last step reached holds. Empty = the instrument's own. Ascending. */
  readonly feeTiers: readonly { readonly fromVolumeUsd: number; readonly taker: number }[];
  /** Fixed cost of an order, USD. */
  readonly gasUsd: number;
  /** Initial margin, fraction of notional; spot has none. */
  readonly initialMargin: number;
  /** Share of the visible depth that is trusted to be there. */
  readonly availableShare: number;
  readonly state: 'live' | 'stale' | 'down';
}

export const PLAIN_TERMS: VenueTerms = {
  minimum: null, feeTiers: [], gasUsd: 0, initialMargin: 0, availableShare: 1, state: 'live',
}; // biome-ignore format: one glance

/** What the trader has at a venue. */
export interface AccountTerms {
  readonly account: AccountId;
  readonly venue: VenueId;
  /** Traded there over the venue's window, USD: decides the fee tier. */
  readonly volumeUsd: number;
  /** Free margin, and cash for spot, USD; null = not known, no limit. */
  readonly freeMarginUsd: number | null;
  /** Signed, instrument units; null = not known. */
  readonly positions: ReadonlyMap<InstrumentId, number> | null;
}

/** The exposure that is wanted, and for how long. */
export interface ExposureOrder {
  readonly underlying: UnderlyingId;
  readonly side: 'buy' | 'sell';
  /** Instruments that may be used; null = every one of the underlying that is no option. */
  readonly instruments: readonly InstrumentId[] | null;
  readonly holdingHours: number;
  /** Yearly cost of tying up one USD of initial margin. */
  readonly marginCarry: number;
}

export interface RouteMarket {
  readonly snapshot: MarketSnapshot;
  readonly instruments: readonly Instrument[];
  readonly books: ReadonlyMap<InstrumentId, OrderBook>;
  readonly terms: ReadonlyMap<InstrumentId, VenueTerms>;
  readonly accounts: readonly AccountTerms[];
}

/** Every account × instrument that could serve the order, and those that cannot, with the reason. */
export function pathsFor(
  order: ExposureOrder,
  market: RouteMarket,
): { readonly paths: readonly RoutePath[]; readonly unusable: readonly Unusable[] } {
  const paths: RoutePath[] = [];
  const unusable: Unusable[] = [];
  for (const instrument of market.instruments) {
    if (!isWanted(order, instrument)) continue;
    for (const account of market.accounts) {
      if (account.venue !== instrument.venue) continue;
      const path = pathOf(order, market, instrument, account);
      if (typeof path === 'string') unusable.push({ account: account.account, instrument: instrument.id, why: path });
      else paths.push(path);
    }
  }
  return { paths, unusable };
}

function isWanted(order: ExposureOrder, instrument: Instrument): boolean {
  if (instrument.underlying !== order.underlying || !isContract(instrument)) return false;
  return order.instruments === null ? instrument.kind !== 'option' : order.instruments.includes(instrument.id);
}

function contractOf(instrument: Instrument): Contract {
  const inverse = instrument.payoff === 'inverse';
  if (instrument.kind === 'option') return inverse ? 'coin-option' : 'dollar-option';
  return inverse ? 'inverse' : 'linear';
}

/** What an instrument trades at now, seen from the order's side. */
interface Opening {
  readonly mid: number;
  readonly index: number;
  readonly levels: OrderBook['asks'];
  readonly terms: VenueTerms;
  readonly quote: Quote | undefined;
}

/** The opening, or why there is none. */
function openingOf(order: ExposureOrder, market: RouteMarket, instrument: Instrument): Opening | string {
  const { snapshot } = market;
  const terms = market.terms.get(instrument.id) ?? PLAIN_TERMS;
  const book = market.books.get(instrument.id);
  const quote = snapshot.quotes.get(instrument.id);
  const index = snapshot.index.get(order.underlying);
  const mid = middleOf(book, quote);
  const levels = (order.side === 'buy' ? book?.asks : book?.bids) ?? [];
  if (terms.state !== 'live') return `the venue is ${terms.state}`;
  if ((expiryOf(instrument) ?? Number.POSITIVE_INFINITY) <= snapshot.asOf) return 'it has expired';
  if (index === undefined) return `there is no index of ${order.underlying}`;
  if (mid === null || mid <= 0 || levels.length === 0) return `nobody ${order.side === 'buy' ? 'sells' : 'buys'}`;
  return { mid, index, levels: trusted(levels, terms.availableShare), terms, quote };
}

/** The path, or why there is none. */
function pathOf(
  order: ExposureOrder,
  market: RouteMarket,
  instrument: Instrument,
  account: AccountTerms,
): RoutePath | string {
  const opening = openingOf(order, market, instrument);
  if (typeof opening === 'string') return opening;
  const { mid, index, levels, terms, quote } = opening;
  const direction = order.side === 'buy' ? 1 : -1;
  const contract = contractOf(instrument);
  const coinsPerUnit = contract === 'inverse' ? index / (mid * mid) : 1;
  const held = (account.positions?.get(instrument.id) ?? 0) * coinsPerUnit;
  const reducibleCoins = Math.max(0, -direction * held);
  const carry = carryOf(order, instrument, {
    mid, index, asOf: market.snapshot.asOf, initialMargin: terms.initialMargin, funding8h: quote?.funding8h ?? null, coinsPerUnit,
  }); // biome-ignore format: one glance
  const most = mostCoins(order, instrument, { account, reducibleCoins, held, marginPerCoin: carry.marginPerCoin, mid });
  if (most !== null && most <= 0) return 'the account has nothing free for it';
  return {
    venue: instrument.venue,
    account: account.account,
    instrument: instrument.id,
    contract,
    direction,
    levels,
    mid,
    index,
    coinsPerUnit,
    lot: toNumber(instrument.lot),
    minimum: Math.max(terms.minimum ?? 0, toNumber(instrument.lot)),
    takerFee: takerFee(instrument, terms, account),
    premiumCap: instrument.fees.premiumCap === undefined ? null : toNumber(instrument.fees.premiumCap),
    gasUsd: terms.gasUsd,
    fundingUsd: direction * carry.funding,
    basisUsd: direction * carry.basis,
    marginUsd: carry.margin,
    reducibleCoins: instrument.kind === 'spot' ? 0 : reducibleCoins,
    mostCoins: most,
  };
}

function trusted(levels: OrderBook['asks'], share: number): OrderBook['asks'] {
  return share === 1 ? levels : levels.map(({ price, size }) => ({ price, size: size * share }));
}

function takerFee(instrument: Instrument, terms: VenueTerms, account: AccountTerms): number {
  const reached = terms.feeTiers.filter((tier) => tier.fromVolumeUsd <= account.volumeUsd);
  return reached.at(-1)?.taker ?? toNumber(instrument.fees.taker);
}

interface Means {
  readonly account: AccountTerms;
  readonly reducibleCoins: number;
  readonly held: number;
  readonly marginPerCoin: number;
  readonly mid: number;
}

/** Coins that cash (spot) or margin allow; null = no limit known. Closing an opposite position frees its margin first. */
function mostCoins(order: ExposureOrder, instrument: Instrument, means: Means): number | null {
  const { account, reducibleCoins, held, marginPerCoin, mid } = means;
  if (instrument.kind === 'spot') {
    if (order.side === 'sell') return account.positions === null ? null : Math.max(0, held);
    return account.freeMarginUsd === null ? null : account.freeMarginUsd / mid;
  }
  if (account.freeMarginUsd === null || marginPerCoin === 0) return null;
  return 2 * reducibleCoins + Math.max(0, account.freeMarginUsd) / marginPerCoin;
}
