import type { Engine } from '#main/engine/engine.ts';
import { coinOf, coinsPerUnit, type FormRates } from '#shared/domain/assets.ts';
import { type Instrument, isDeltaOne } from '#shared/domain/instrument.ts';
import type { Side } from '#shared/domain/order.ts';
import type { BookKind, BookSourceLine, CrossBookView } from '#shared/ipc/venues.ts';
import { type BookSource, crossVenueBook, inSteps } from '#shared/market/cross-venue-book.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import type { Currency, InstrumentId, UnderlyingId } from '#shared/units/ids.ts';
import { unwrap } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type RouteGround, routeExposure } from './route-preview.ts';

export interface BookQuestion {
  readonly underlying: UnderlyingId;
  readonly kind: BookKind;
  /** At most so many on either side. */
  readonly levels: number;
  /** USD between two levels; 0: as they are. */
  readonly step: number;
  readonly want: { readonly side: Side; readonly coins: number } | null;
}

export interface CrossBooks {
  look(question: BookQuestion): Promise<CrossBookView>;
}

export interface CrossBookGround extends RouteGround {
  readonly clock: { now(): EpochMs };
}

type DeltaOne = BookSource['instrument'] & { readonly kind: BookSourceLine['kind'] };

/** Levels asked of each instrument. */
const DEPTH = 100;

/**
 * What forms of coins and dollars are worth that are not one for one, by their spot quotes: USDT in dollars, stETH in
 * ether. What nobody quotes has no rate.
 */
export function formRates(instruments: Iterable<Instrument>, { quotes, index }: MarketSnapshot): FormRates {
  const rates = new Map<Currency, number>();
  for (const one of instruments) {
    if (one.kind !== 'spot' || coinsPerUnit(one.underlying, rates).ok) continue;
    const mark = quotes.get(one.id)?.mark;
    const [of, paid] = [coinOf(one.underlying), coinOf(one.quote)];
    const perCoin = paid === of ? 1 : paid === 'USD' ? index.get(of) : undefined;
    if (mark !== undefined && perCoin !== undefined && perCoin > 0) rates.set(one.underlying, mark / perCoin);
  }
  return rates;
}

function isWanted(instrument: Instrument, { underlying, kind }: BookQuestion): instrument is DeltaOne {
  const fits = kind === 'all' || instrument.kind === kind;
  return fits && isDeltaOne(instrument) && coinOf(instrument.underlying) === underlying;
}

interface Heard {
  readonly book: OrderBook;
  readonly at: EpochMs;
}

interface Found {
  readonly line: BookSourceLine;
  readonly source: BookSource | null;
}

/** The books of a coin over all venues. Depth that was told before a venue went is kept, and marked. */
export function createCrossBooks(ground: CrossBookGround): CrossBooks {
  const heard = new Map<InstrumentId, Heard>();
  const { engine, journal, clock } = ground;

  async function ask(instrument: DeltaOne, view: Engine['venues'][number] | undefined): Promise<string | null> {
    if (view === undefined) return 'no venue here trades it';
    if (view.status === 'down') return view.reason?.message ?? 'the venue is down';
    const answer = await engine.depth(instrument.id, DEPTH);
    if (!answer.ok) return answer.error.message;
    heard.set(instrument.id, { book: answer.value, at: clock.now() });
    return view.status === 'live' ? null : (view.reason?.message ?? `the venue is ${view.status}`);
  }

  async function find(instrument: DeltaOne, question: BookQuestion, rates: FormRates): Promise<Found> {
    const view = engine.venues.find((one) => one.venue === instrument.venue);
    const amiss = await ask(instrument, view);
    const last = heard.get(instrument.id);
    const form = instrument.underlying === question.underlying ? null : instrument.underlying;
    const { id, venue, name, kind } = instrument;
    const ageMs = last === undefined ? null : clock.now() - last.at;
    const line = { instrument: id, venue, name, kind, form, ageMs };
    if (last === undefined) return { line: { ...line, state: 'out', why: amiss ?? 'nothing was told' }, source: null };
    const source = { instrument, book: last.book };
    const alone = crossVenueBook(question.underlying, [source], rates);
    if (!alone.ok) return { line: { ...line, state: 'out', why: alone.error.message }, source: null };
    return { line: { ...line, state: amiss === null ? 'live' : 'stale', why: amiss }, source };
  }

  return {
    async look(question) {
      const { underlying, levels, step, want, kind } = question;
      const market = ground.market();
      const { instruments } = journal.book;
      const rates = formRates(instruments.values(), market);
      const wanted = [...instruments.values()].filter((one): one is DeltaOne => isWanted(one, question));
      const found = await Promise.all(wanted.map((one) => find(one, question, rates)));
      const sources = found.flatMap(({ source }) => source ?? []);
      const whole = unwrap(crossVenueBook(underlying, sources, rates));
      const route =
        want === null ? null : await routeExposure(ground, { underlying, ...want, kind: kind === 'all' ? null : kind });
      return {
        underlying,
        index: market.index.get(underlying) ?? null,
        bids: inSteps(whole.bids, step, -1).slice(0, levels),
        asks: inSteps(whole.asks, step, 1).slice(0, levels),
        sources: found.map(({ line }) => line),
        route,
      };
    },
  };
}
