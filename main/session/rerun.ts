import { createEngine } from '#main/engine/engine.ts';
import type { Press } from '#main/engine/key-rules.ts';
import type { EngineLimits } from '#main/engine/limits.ts';
import { createReplayJournal } from '#main/replay/replay-journal.ts';
import { createSimulatedClock } from '#main/replay/simulated-clock.ts';
import { createExchange } from '#main/venues/paper/exchange.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import { createTimeline } from '#main/venues/paper/timeline.ts';
import { createPaperAdapter } from '#main/venues/paper/venue-adapter.ts';
import type { JournalEntry } from '#shared/domain/events.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { equityUsd } from '#shared/risk/equity.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import { decimal, multiply } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { type DurationMs, SECOND } from '#shared/units/time.ts';
import { DayBase } from './day-base.ts';
import { assembleMoment } from './measure.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { createRepeater } from './rerun-commands.ts';
import type { Course } from './rerun-course.ts';
import { createHedger, createReports, type HedgeRule, type SimulatedHedger } from './simulated-desk.ts';

/** What may be changed when a session is run again. */
export interface Rules {
  readonly limits: EngineLimits;
  /** Hedges by itself at every report outside the band; the trader's own hedges are then left out. Null: only he hedges. */
  readonly hedge: HedgeRule | null;
  /** One way; null: each venue's own. */
  readonly latencyMs: DurationMs | null;
  /** Commissions as a multiple of the venue's own. */
  readonly feeFactor: number;
}

const REPORT_EVERY: DurationMs = SECOND;
const BY: Press = { by: 'cli', with: 'rerun' };

function withFees(factor: number): (instrument: Instrument) => Instrument {
  const times = decimal(factor);
  return (instrument) => {
    const { maker, taker } = instrument.fees;
    return {
      ...instrument,
      fees: { ...instrument.fees, maker: multiply(maker, times), taker: multiply(taker, times) },
    };
  };
}

/** At every report, and one hedge at a time. */
function createAuto(hedger: SimulatedHedger | null): () => Promise<void> {
  let busy = false;
  return async () => {
    if (hedger === null || busy) return;
    busy = true;
    if (hedger.look()?.now === true) await hedger.act();
    busy = false;
  };
}

/**
 * Runs a recorded session of the paper venue again under `rules`: the same market from the same tape and seed, the same
 * course of time, the trader's commands at their times; the exchange is simulated anew, because other orders make other
 * fills. The same course and rules give the same outcome.
 */
export async function rerun(course: Course, resources: PaperResources, rules: Rules): Promise<Outcome> {
  const clock = createSimulatedClock(course.start);
  const terms = withFees(rules.feeFactor);
  const exchange = createExchange({ ...resources, seed: course.seed, terms }, null);
  const driver = createTimeline(exchange, clock, course.tapeAt);
  const venues = [...new Set(exchange.owners.map((one) => one.venue))];
  const latency = rules.latencyMs ?? undefined;
  const adapters = venues.map((venue) => createPaperAdapter(venue, driver, clock, latency).adapter);
  const entries: JournalEntry[] = [];
  const journal = createReplayJournal([], (added) => void entries.push(...added));
  const dayBase = new DayBase();
  const { limits } = rules;
  const market = () => engine.market.snapshot();
  const reports = createReports(() =>
    assembleMoment({ book: journal.book, market: market(), now: clock.now(), staleMs: limits.staleMs, dayBase }),
  );
  const session = { profile: 'rerun', tape: course.tape, seed: course.seed };
  const engine = createEngine({ clock, journal, adapters, limits, installId: 'rerun', autoResume: true, session, risk: reports }); // biome-ignore format: one glance
  const deltas: RiskReport['exposures'][] = [];
  const ground = { clock, journal, engine, risk: reports, market };
  const hedge = createAuto(rules.hedge === null ? null : createHedger(ground, rules.hedge, BY));
  const repeat = createRepeater(engine, course, rules.hedge !== null);
  const started = engine.start();
  clock.every(REPORT_EVERY, () => {
    reports.turn();
    if (reports.latest !== null) deltas.push(reports.latest.exposures);
    void hedge();
  });
  for (const command of course.commands) {
    await clock.advanceTo(command.at);
    await repeat(command);
  }
  await clock.advanceTo(course.end);
  unwrap(await started);
  return outcomeOf(entries, deltas, equityUsd(journal.book, market()));
}
