import { DayBase } from '#main/session/day-base.ts';
import { assembleMoment } from '#main/session/measure.ts';
import { recordedLines } from '#main/session/replay.ts';
import { lean } from '#main/session/simulated-desk.ts';
import type { ReadHandle } from '#main/store/handles.ts';
import { entriesAfter } from '#main/store/queries.ts';
import { tapeFrom } from '#main/store/tape.ts';
import { applyEvent, emptyBook } from '#shared/domain/book.ts';
import type { JournalEntry } from '#shared/domain/events.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { compose } from '#shared/risk/compose.ts';
import { compute } from '#shared/risk/compute.ts';
import { equityUsd } from '#shared/risk/equity.ts';
import type { RunLogLine, RunSamples } from '#shared/risk/run-samples.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type DurationMs, type EpochMs, MINUTE } from '#shared/units/time.ts';
import { ExplainedSum } from './explained.ts';
import { RunLedger } from './ledger.ts';
import { SampleWriter } from './sample-writer.ts';

/** Rows taken of a session at most; a longer one is sampled less often. */
const ROWS_AT_MOST = 1_500;
/** Quotes read before the event loop gets a turn. */
const QUOTES_AT_ONCE = 20_000;

/** A recorded session as a run: valued anew from its tape and journal. */
export interface SessionRun {
  readonly samples: RunSamples;
  readonly log: readonly RunLogLine[];
  readonly ledger: RunLedger;
  readonly underlying: UnderlyingId;
}

/** Venue time of the first and the last quote. */
function spanOf(read: ReadHandle): { readonly from: EpochMs; readonly to: EpochMs } {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { tsEvent } of tapeFrom(read, 0)) [from, to] = [Math.min(from, tsEvent), Math.max(to, tsEvent)];
  if (from <= to) return { from, to };
  throw new FaultError(fault('no-tape', `${read.file}: no market was recorded in it`, { file: read.file }));
}

/** Quotes as the engine took them, batch by batch, with the engine's time. */
function* batchesOf(read: ReadHandle): Generator<{ readonly at: EpochMs; readonly quotes: readonly Quote[] }> {
  const tape = tapeFrom(read, 0);
  for (const line of recordedLines(read)) {
    if (line.type !== 'quotes') continue;
    const quotes: Quote[] = [];
    while (quotes.length < line.rows) {
      const next = tape.next();
      if (next.done === true) return;
      quotes.push(next.value);
    }
    yield { at: line.at, quotes };
  }
}

/** The latest quotes and index levels. */
class Market {
  readonly quotes = new Map<string, Quote>();
  readonly #index = new Map<UnderlyingId, number>();
  readonly #underlyingOf: (instrument: string) => UnderlyingId | undefined;
  asOf: EpochMs = 0;

  constructor(underlyingOf: (instrument: string) => UnderlyingId | undefined) {
    this.#underlyingOf = underlyingOf;
  }

  take(quote: Quote): void {
    this.quotes.set(quote.instrument, quote);
    this.asOf = Math.max(this.asOf, quote.tsEvent);
    const underlying = this.#underlyingOf(quote.instrument);
    if (underlying !== undefined) this.#index.set(underlying, quote.index);
  }

  /** As it is now, and as it will be. */
  get live(): MarketSnapshot {
    return { asOf: this.asOf, index: this.#index, quotes: this.quotes };
  }

  get snapshot(): MarketSnapshot {
    return { asOf: this.asOf, index: new Map(this.#index), quotes: new Map(this.quotes) };
  }
}

/**
 * Values a recorded session at even steps of its venues' time: the book from the journal, the market from the tape, as
 * they stood together. Journal entries are told at the venue time of their moment.
 */
export async function sessionRun(read: ReadHandle): Promise<SessionRun> {
  const { from, to } = spanOf(read);
  const every: DurationMs = Math.max(Math.ceil((to - from) / ROWS_AT_MOST / 1_000) * 1_000, 1_000);
  const book = emptyBook();
  const market = new Market((id) => book.instruments.get(id)?.underlying);
  const ledger = new RunLedger(() => market.live);
  const explained = new ExplainedSum(book);
  const writer = new SampleWriter();
  const dayBase = new DayBase();
  const entries = entriesAfter(read, 0);
  let waiting: JournalEntry | undefined = entries.next().value ?? undefined;
  let [next, count, underlying, seq] = [from, 0, '', 0];

  function takeUntil(engine: EpochMs): void {
    while (waiting !== undefined && waiting.at <= engine) {
      applyEvent(book, waiting.event, waiting.at);
      // Fills know their venue's time; everything else gets that of the market then.
      ledger.take({ ...waiting, at: market.asOf });
      explained.take(waiting.event);
      waiting = entries.next().value ?? undefined;
    }
  }

  function sample(now: EpochMs): void {
    const seen = market.snapshot;
    const moment = { book, market: seen, now, staleMs: MINUTE, dayBase };
    const assembled = assembleMoment(moment);
    if (assembled === null) return;
    const slim = lean(assembled);
    seq += 1;
    const report = compose(slim, compute(slim.problem), { seq, computeMs: 0 });
    underlying = underlying || (Object.keys(report.spot)[0] ?? '');
    const equity = equityUsd(book, seen);
    writer.take(report, underlying, equity, ledger, explained.sample(seen, equity));
  }

  for (const { at, quotes } of batchesOf(read)) {
    takeUntil(at);
    for (const quote of quotes) {
      if (quote.tsEvent >= next && quote.tsEvent > market.asOf && market.quotes.size > 0) {
        sample(at);
        next = Math.floor(quote.tsEvent / every) * every + every;
      }
      market.take(quote);
    }
    count += quotes.length;
    if (count < QUOTES_AT_ONCE) continue;
    count = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  takeUntil(Number.POSITIVE_INFINITY);
  return { samples: writer.samples(), log: ledger.log, ledger, underlying };
}
