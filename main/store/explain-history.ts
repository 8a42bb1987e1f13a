import { applyEvent, type Book, emptyBook } from '#shared/domain/book.ts';
import type { DomainEvent, FundingPayment, JournalEntry } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { explainPnl, type PnlExplained, type PnlStep } from '#shared/risk/pnl-explain.ts';
import { isZero } from '#shared/units/decimal.ts';
import type { InstrumentId, UnderlyingId } from '#shared/units/ids.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import type { ReadHandle } from './handles.ts';
import { entriesAfter } from './queries.ts';
import { tapeFrom, tapeSpan } from './tape.ts';

/** The market as the tape has it so far. */
interface Seen {
  asOf: EpochMs;
  readonly index: Map<UnderlyingId, number>;
  readonly quotes: Map<InstrumentId, Quote>;
}

/** Where a step begins, and what happened since. */
interface Step {
  readonly from: MarketSnapshot;
  readonly positions: PnlStep['positions'];
  readonly balances: PnlStep['balances'];
  readonly fills: Fill[];
  readonly funding: FundingPayment[];
}

function copyOf({ asOf, index, quotes }: Seen): MarketSnapshot {
  return { asOf, index: new Map(index), quotes: new Map(quotes) };
}

function see(seen: Seen, book: Book, quote: Quote): void {
  seen.asOf = Math.max(seen.asOf, quote.tsEvent);
  seen.quotes.set(quote.instrument, quote);
  const underlying = book.instruments.get(quote.instrument)?.underlying;
  if (underlying !== undefined) seen.index.set(underlying, quote.index);
}

/** What came from outside or on a venue's word is no profit: a step ends before it and another begins after it. */
function comesFromOutside({ type }: DomainEvent): boolean {
  return type === 'account-opened' || type === 'adjustment';
}

/** Entries and quotes in the order in which the engine met them; an entry before the quotes of its millisecond. */
function* merged(read: ReadHandle): Generator<JournalEntry | Quote> {
  const entries = entriesAfter(read, 0);
  let entry = entries.next();
  for (const quote of tapeFrom(read, 0)) {
    for (; entry.done !== true && entry.value.at <= quote.tsReceived; entry = entries.next()) yield entry.value;
    yield quote;
  }
  for (; entry.done !== true; entry = entries.next()) yield entry.value;
}

/** Follows book and market, and closes a step when it is due. */
class Explainer {
  readonly #every: DurationMs;
  readonly #book = emptyBook();
  readonly #seen: Seen = { asOf: Number.NEGATIVE_INFINITY, index: new Map(), quotes: new Map() };
  #step: Step | null = null;

  constructor(every: DurationMs) {
    this.#every = every;
  }

  #begin(): void {
    this.#step = {
      from: copyOf(this.#seen),
      positions: [...this.#book.positions.values()],
      balances: [...this.#book.balances.values()],
      fills: [],
      funding: [],
    };
  }

  /** The step up to now; none before the first quote. */
  *end(): Generator<PnlExplained> {
    if (this.#step === null) return;
    yield explainPnl({ ...this.#step, instruments: this.#book.instruments, to: copyOf(this.#seen) });
  }

  *quote(quote: Quote): Generator<PnlExplained> {
    const due = Math.floor(quote.tsEvent / this.#every) > Math.floor(this.#seen.asOf / this.#every);
    const seen = Number.isFinite(this.#seen.asOf);
    if (due && seen) {
      yield* this.end();
      this.#begin();
    }
    see(this.#seen, this.#book, quote);
    // A step waits for a quote of everything that is newly held, at the longest until it would have ended.
    if (this.#step === null && this.#quoted()) this.#begin();
  }

  #quoted(): boolean {
    const held = [...this.#book.positions.values()].filter((one) => !isZero(one.quantity));
    return held.every((one) => this.#seen.quotes.has(one.instrument));
  }

  *entry({ event, at }: JournalEntry): Generator<PnlExplained> {
    const outside = comesFromOutside(event);
    if (outside) yield* this.end();
    applyEvent(this.#book, event, at);
    if (event.type === 'fill') this.#step?.fills.push(event.fill);
    else if (event.type === 'funding') this.#step?.funding.push(event.payment);
    if (!outside || this.#step === null) return;
    this.#step = null;
    // Before the first quote there is nothing to value with.
    if (Number.isFinite(this.#seen.asOf) && this.#quoted()) this.#begin();
  }
}

/**
 * Explains a recorded session step by step, from its journal and its tape: a step ends with every multiple of `every` of
 * venue time, and where something came from outside.
 */
export function* explainHistory(read: ReadHandle, every: DurationMs): Generator<PnlExplained> {
  for (const one of explainInSlices(read, every)) if (one !== null) yield one;
}

/** Quotes and entries between two pauses of {@link explainInSlices}: a millisecond or two of work. */
const SLICE = 2_000;

/** As {@link explainHistory}, with a null now and then, for callers that have other things to do in between. */
export function* explainInSlices(read: ReadHandle, every: DurationMs): Generator<PnlExplained | null> {
  // A long journal is not gone through where nothing was recorded.
  if (tapeSpan(read) === null) return;
  const explainer = new Explainer(every);
  let met = 0;
  for (const one of merged(read)) {
    yield* 'event' in one ? explainer.entry(one) : explainer.quote(one);
    met += 1;
    if (met % SLICE === 0) yield null;
  }
  yield* explainer.end();
}
