import { scheduleFault } from '#shared/control/router/schedule-fault.ts';
import type { Account } from '#shared/domain/account.ts';
import { type Instrument, isContract } from '#shared/domain/instrument.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { optionPrice } from '#shared/pricing/option-price.ts';
import { compare, type Decimal, decimal, fromNumber, type Price, toNumber } from '#shared/units/decimal.ts';
import { expiryCode, yearsBetween } from '#shared/units/time.ts';
import { type LegWords, parseLeg, splitLegs, type Word, type WordProblem } from './words.ts';

/** What a ticket line is resolved against. */
export interface TicketContext {
  readonly accounts: readonly Account[];
  readonly instruments: readonly Instrument[];
  readonly market: MarketSnapshot;
}

export interface ResolvedLeg {
  readonly request: OrderRequest;
  readonly instrument: Instrument;
  readonly quote: Quote | null;
  /** Which part of the line it is, from 0. */
  readonly part: number;
  /** Where "across" was typed: the request stands for an exposure in coins, and is no order to send. */
  readonly across: { readonly word: Word; readonly product: LegWords['product'] } | null;
  /** The urgency of its schedule was not typed: the market is to say it. */
  readonly usualUrgency: boolean;
}

export interface ResolvedTicket {
  readonly legs: readonly ResolvedLeg[];
  readonly problems: readonly WordProblem[];
}

const problem = (word: Word, message: string): WordProblem => ({
  word: word.text,
  from: word.from,
  to: word.to,
  message,
});

/** Unified id of ccxt, "BTC/USD:BTC-200327-6000-P", as this instrument would be called there. */
export function unifiedName(instrument: Instrument): string {
  if (!isContract(instrument)) return instrument.name;
  const quote = instrument.payoff === 'inverse' ? 'USD' : 'USDC';
  const pair = `${instrument.underlying}/${quote}`;
  if (instrument.kind === 'spot') return pair;
  const settled = `${pair}:${instrument.settlement}`;
  if (instrument.kind === 'perpetual') return settled;
  const day = new Date(instrument.expiry).toISOString().slice(2, 10).replaceAll('-', '');
  if (instrument.kind === 'future') return `${settled}-${day}`;
  return `${settled}-${day}-${instrument.strike}-${instrument.right === 'call' ? 'C' : 'P'}`;
}

function isNamed(instrument: Instrument, word: Word): boolean {
  const text = word.text.toUpperCase();
  return [instrument.name, instrument.id, unifiedName(instrument)].some((name) => name.toUpperCase() === text);
}

function wantedKind(leg: LegWords): Instrument['kind'] {
  if (leg.product) return leg.product;
  if (leg.strike !== null) return 'option';
  return leg.expiry ? 'future' : 'perpetual';
}

function matches(leg: LegWords, instrument: Instrument): boolean {
  if (leg.named) return isNamed(instrument, leg.named);
  const kind = wantedKind(leg);
  if (instrument.kind !== kind) return false;
  if (leg.coin !== null && instrument.underlying !== leg.coin) return false;
  if (leg.settlement !== null && instrument.payoff !== leg.settlement) return false;
  if (instrument.kind === 'future' || instrument.kind === 'option') {
    if (!leg.expiry || expiryCode(instrument.expiry) !== expiryCode(leg.expiry.at)) return false;
  }
  if (instrument.kind !== 'option') return true;
  return leg.strike !== null && compare(instrument.strike, leg.strike) === 0 && instrument.right === leg.right;
}

function accountFor(leg: LegWords, instrument: Instrument, accounts: readonly Account[]): Account | null {
  const there = accounts.filter((account) => account.venue === instrument.venue);
  if (!leg.where) return there[0] ?? null;
  const where = leg.where.text.toLowerCase();
  return (
    there.find((account) => account.id.toLowerCase() === where || account.venue.toLowerCase().startsWith(where)) ?? null
  );
}

/** Where several instruments fit: options and dated futures coin-settled, perpetuals and spot linear, then as listed. */
function preference(instrument: Instrument): number {
  const coinFirst = instrument.kind === 'option' || instrument.kind === 'future';
  return (instrument.payoff === 'inverse') === coinFirst ? 0 : 1;
}

interface Match {
  readonly instrument: Instrument;
  readonly account: Account;
}

function find(leg: LegWords, context: TicketContext): Match | WordProblem {
  const fitting = [...context.instruments]
    .filter((one) => matches(leg, one))
    .sort((a, b) => preference(a) - preference(b));
  for (const instrument of fitting) {
    const account = accountFor(leg, instrument, context.accounts);
    if (account) return { instrument, account };
  }
  if (fitting.length > 0 && leg.where) return problem(leg.where, `no account or venue "${leg.where.text}" trades this`);
  return problem(culprit(leg, context), whyNone(leg, context));
}

/** The word to blame when nothing is listed: the name, the strike, the expiry or the coin. */
function culprit(leg: LegWords, context: TicketContext): Word {
  if (leg.named) return leg.named;
  if (leg.expiry && !listedExpiries(leg, context).includes(expiryCode(leg.expiry.at))) return leg.expiry.word;
  const strike = leg.words.find(
    (word) => /^[\d.]+k?[cp]?$/i.test(word.text) && word !== leg.quantityWord && word !== leg.price?.word,
  );
  return strike ?? leg.words.at(2) ?? leg.quantityWord;
}

function listedExpiries(leg: LegWords, context: TicketContext): string[] {
  const kind = wantedKind(leg);
  const codes = new Map<number, string>();
  for (const one of context.instruments) {
    if (one.kind === kind && (one.kind === 'option' || one.kind === 'future'))
      codes.set(one.expiry, expiryCode(one.expiry));
  }
  return [...codes].sort(([a], [b]) => a - b).map(([, code]) => code);
}

function whyNone(leg: LegWords, context: TicketContext): string {
  if (leg.named) return `${leg.named.text} is not listed`;
  const kind = wantedKind(leg);
  if (kind === 'option' && !leg.expiry) return 'an option needs an expiry such as 27MAR20';
  if (kind === 'option' && leg.right === null) return 'an option needs c or p after its strike';
  const expiries = listedExpiries(leg, context);
  if (leg.expiry && !expiries.includes(expiryCode(leg.expiry.at)))
    return `not listed; listed are ${expiries.join(', ') || 'none'}`;
  if (kind !== 'option') return `no ${kind}${leg.coin ? ` of ${leg.coin}` : ''} is listed`;
  return `not listed; near it are ${nearestStrikes(leg, context).join(', ')}`;
}

function nearestStrikes(leg: LegWords, context: TicketContext): string[] {
  const strikes = new Set<string>();
  for (const one of context.instruments) {
    if (one.kind === 'option' && leg.expiry && expiryCode(one.expiry) === expiryCode(leg.expiry.at))
      strikes.add(one.strike);
  }
  const wanted = toNumber(leg.strike ?? decimal(0));
  return [...strikes].sort((a, b) => Math.abs(Number(a) - wanted) - Math.abs(Number(b) - wanted)).slice(0, 4);
}

/** The limit in the instrument's quote unit. vol and USD limits are rounded to the tick; a quote limit is left as typed. */
function limitOf(leg: LegWords, instrument: Instrument, quote: Quote | null, asOf: number): Price | WordProblem | null {
  if (!leg.price) return null;
  const { value, unit, word } = leg.price;
  if (unit === 'quote') return value;
  if (!quote) return problem(word, `no quote of ${instrument.name} to turn this into its price unit`);
  if (unit === 'usd') {
    const coins = instrument.kind === 'option' && instrument.payoff === 'inverse';
    return toTick(toNumber(value) / (coins ? quote.index : 1), instrument, leg);
  }
  if (instrument.kind !== 'option') return problem(word, 'a price in vol is for options only');
  const terms = {
    forward: quote.forward,
    strike: toNumber(instrument.strike),
    years: yearsBetween(asOf, instrument.expiry),
    right: instrument.right,
  };
  const dollars = optionPrice(terms, toNumber(value) / 100);
  if (dollars === null) return problem(word, `no price at ${value} vol`);
  return toTick(instrument.payoff === 'inverse' ? dollars / quote.forward : dollars, instrument, leg);
}

/** Rounded away from crossing: buyers down, sellers up to the next tick, never under one tick. */
function toTick(price: number, instrument: Instrument, leg: LegWords): Price {
  const rounded = fromNumber<Price>(price, instrument.tick, leg.side === 'buy' ? 'down' : 'up');
  return compare(rounded, instrument.tick) < 0 ? instrument.tick : rounded;
}

function isProblem(value: Match | WordProblem | Decimal | null): value is WordProblem {
  return typeof value === 'object' && value !== null && 'message' in value;
}

/** What says how or where an order is to be: an exposure across venues has none of it. */
function againstAcross(leg: LegWords): Word | null {
  if (leg.named ?? leg.where) return leg.named ?? leg.where;
  if (leg.price !== null) return leg.price.word;
  const odd = /^(?:stop|post|post-only|reduce|reduce-only|fok|gtc|inverse|coin|usdc|linear)$/i;
  return leg.words.find(({ text }) => odd.test(text)) ?? leg.expiry?.word ?? null;
}

const SCHEDULE = /^(?:twap|ac|iceberg|chase)$/i;

function resolveLeg(leg: LegWords, part: number, context: TicketContext): ResolvedLeg | WordProblem {
  const against = leg.across === null ? null : againstAcross(leg);
  if (against !== null) {
    return problem(
      against,
      'an exposure across venues goes at market over perpetuals, futures and spot: leave this out',
    );
  }
  const found = find(leg, context);
  if (isProblem(found)) return found;
  const { instrument, account } = found;
  const quote = context.market.quotes.get(instrument.id) ?? null;
  const limit = limitOf(leg, instrument, quote, context.market.asOf);
  if (isProblem(limit)) return limit;
  const request: OrderRequest = {
    account: account.id,
    instrument: instrument.id,
    side: leg.side,
    quantity: leg.quantity,
    type: leg.type,
    limit: leg.type === 'market' ? null : limit,
    trigger: leg.trigger,
    timeInForce: leg.timeInForce,
    postOnly: leg.postOnly,
    reduceOnly: leg.reduceOnly,
    ...(leg.schedule === null ? {} : { schedule: leg.schedule }),
  };
  const unfit = leg.schedule === null ? null : scheduleFault(leg.schedule, request, instrument.lot);
  if (unfit !== null)
    return problem(leg.words.find(({ text }) => SCHEDULE.test(text)) ?? leg.quantityWord, unfit.message);
  const across = leg.across === null ? null : { word: leg.across, product: leg.product };
  return { request, instrument, quote, part, across, usualUrgency: leg.usualUrgency };
}

/**
 * One text line into orders: legs separated by ";", each `buy|sell QUANTITY [COIN] [EXPIRY] [STRIKE c|p] [perp|spot]
 * [on ACCOUNT] [@ PRICE] [stop TRIGGER] [post] [reduce] [ioc|fok|gtc|market]
 * [twap TIME|ac TIME|iceberg CLIP|chase TICKS]`, `buy|sell COINS COIN [perp|spot] across`, or with a venue's own instrument name.
 * PRICE: 0.0345 in the quote unit, $250 in dollars, 110v in vol points. Without one the order is at market.
 */
export function resolveTicket(line: string, context: TicketContext): ResolvedTicket {
  const legs: ResolvedLeg[] = [];
  const problems: WordProblem[] = [];
  for (const [part, words] of splitLegs(line).entries()) {
    const parsed = parseLeg(words);
    problems.push(...parsed.problems);
    if (!parsed.leg) continue;
    const resolved = resolveLeg(parsed.leg, part, context);
    if ('message' in resolved) problems.push(resolved);
    else legs.push(resolved);
  }
  return { legs, problems };
}
