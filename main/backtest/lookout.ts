import type { Engine } from '#main/engine/engine.ts';
import type { SimulatedClock } from '#main/replay/simulated-clock.ts';
import type { SimulatedHedger, TurnedRisk } from '#main/session/simulated-desk.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import { BATCH_EVERY } from '#main/venues/paper/feed.ts';
import type { LevelsAndVols } from '#shared/control/delta-hedger.ts';
import type { HedgeDue } from '#shared/control/hedge-due.ts';
import { expiryOf, type Instrument } from '#shared/domain/instrument.ts';
import { aggregate } from '#shared/risk/aggregate.ts';
import type { Assembled } from '#shared/risk/assemble.ts';
import { underlyingExposures } from '#shared/risk/compose.ts';
import type { RiskProblem } from '#shared/risk/problem.ts';
import { valueUnits } from '#shared/risk/valuation.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import { type DurationMs, type EpochMs, MINUTE, yearsBetween } from '#shared/units/time.ts';

export interface LookoutGround {
  readonly exchange: Exchange;
  readonly clock: SimulatedClock;
  readonly engine: Engine;
  readonly reports: TurnedRisk;
  /** Null: a look makes a report, and the next one is `seldom` later. */
  readonly hedger: SimulatedHedger | null;
  readonly seldom: DurationMs;
  /** When a venue tells everything again, also what nobody holds: the engine has to hear that. */
  readonly repeatAt: () => EpochMs;
}

/**
 * Looks ahead of the engine: from `look` on, the first time at which its next look may find anything to do, and no later
 * than `until`. The looks in between are judged on numbers alone, by the same functions that a report is made of, and
 * are passed over only where they would have changed nothing but the clock.
 */
export type Lookout = (look: EpochMs, until: EpochMs) => EpochMs;

/** An instrument that is held: its row in the problem, and what is kept up to date of its quote. */
interface Row {
  readonly at: number;
  readonly instrument: Instrument;
  readonly expiry: EpochMs | null;
  readonly quote: { markVol: number | null };
}

/** The last report's numbers, to be written over with those of later times. */
interface Scratch {
  readonly assembled: Assembled;
  readonly problem: RiskProblem & { asOf: EpochMs };
  readonly market: LevelsAndVols & { asOf: EpochMs };
  readonly rows: readonly Row[];
}

function copyOf({ instruments: table, ...problem }: RiskProblem): Scratch['problem'] {
  const { forward, vol, mark, years } = table;
  const own = { forward: forward.slice(), vol: vol.slice(), mark: mark.slice(), years: years.slice() };
  return { ...problem, spot: problem.spot.slice(), instruments: { ...table, ...own } };
}

/** Null where numbers alone do not tell: several coins, claims, rows that could not be valued. */
function scratchOf({ engine, reports }: LookoutGround): Scratch | null {
  const assembled = reports.assembled;
  if (assembled === null) return null;
  const { problem, identity } = assembled;
  const { claims, count } = problem.instruments;
  if (problem.spot.length !== 1 || claims.size + problem.holdings.lent.size + identity.excluded.length > 0) return null;
  const market = engine.market.snapshot();
  const fresh = new Map<InstrumentId, Row['quote']>();
  const rows: Row[] = [];
  for (const [holding, at] of problem.holdings.instrument.entries()) {
    if (at < 0 || rows.some((one) => one.at === at)) continue;
    const id = identity.rows[holding]?.instrument as InstrumentId;
    const instrument = engine.book.instruments.get(id);
    if (instrument === undefined) return null;
    const quote = { markVol: null };
    fresh.set(id, quote);
    rows.push({ at, instrument, expiry: expiryOf(instrument), quote });
  }
  if (rows.length !== count) return null;
  const own = copyOf(problem);
  const index = { get: () => own.spot[0] };
  const quotes = { get: (id: InstrumentId) => fresh.get(id) ?? market.quotes.get(id) };
  return { assembled, problem: own, market: { asOf: market.asOf, index, quotes }, rows };
}

/** Writes the market of the exchange's time over; false where a quote would not be kept. */
function renew({ problem, market, rows }: Scratch, exchange: Exchange): boolean {
  const { instruments: table } = problem;
  const at = exchange.tick;
  for (const { at: row, instrument, expiry, quote } of rows) {
    const { mark, markVol, forward, index } = exchange.mark(instrument);
    if (!(mark > 0 && forward > 0 && index > 0 && Number.isFinite(mark + forward + index + (markVol ?? 0))))
      return false;
    [table.mark[row], table.forward[row], table.vol[row]] = [mark, forward, markVol ?? 0];
    table.years[row] = Math.max(yearsBetween(at, expiry ?? at), 0);
    quote.markVol = markVol;
  }
  [problem.asOf, market.asOf] = [at, at];
  problem.spot[0] = exchange.path.index(at);
  return true;
}

function judge({ assembled, problem, market }: Scratch, hedger: SimulatedHedger): HedgeDue | null {
  const { underlyings } = assembled.identity;
  const sums = aggregate(problem, valueUnits(problem));
  const spot = { [underlyings[0] ?? '']: problem.spot[0] ?? Number.NaN };
  const exposures = underlyingExposures({ problem, identity: assembled.identity }, sums);
  return hedger.judge({ asOf: problem.asOf, spot, exposures }, market);
}

export function createLookout(ground: LookoutGround): Lookout {
  const { exchange, clock, engine, hedger, seldom, repeatAt } = ground;

  function isStill(): boolean {
    return engine.tradingState.state === 'ACTIVE' && engine.book.orders.working.size === 0;
  }

  /** The engine must look itself: everything is told anew, or something seldom falls due. */
  function isMarked(at: EpochMs): boolean {
    return at >= repeatAt() || at - clock.now() < BATCH_EVERY || clock.isDue(at, MINUTE);
  }

  /** When to look after a look at `at` that finds nothing; null where it may find something. */
  function nextAfter(scratch: Scratch | null, at: EpochMs): EpochMs | null {
    exchange.advanceTo(at);
    if (exchange.news) return null;
    if (hedger === null) return at + seldom;
    if (scratch === null || !renew(scratch, exchange)) return null;
    const due = judge(scratch, hedger);
    return due === null || due.now ? null : at + Math.ceil(due.lookAgainMs);
  }

  return (first, until) => {
    if (first >= until || !isStill()) return first;
    const scratch = hedger === null ? null : scratchOf(ground);
    let at = first;
    while (at < until && !isMarked(at)) {
      const look = nextAfter(scratch, at);
      const next = Math.min(look ?? at, until);
      // What is told comes before the quotes of its moment, and is valued on those of the look before: on these. And
      // quotes nearer to one another are not told: the engine would still see the ones of this look at the next.
      if (look === null || next >= exchange.quietUntil || next - at < BATCH_EVERY) break;
      clock.pass(at);
      at = look;
    }
    return at;
  };
}
