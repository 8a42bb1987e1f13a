import { createHash } from 'node:crypto';
import { createEngine, type Engine } from '#main/engine/engine.ts';
import type { Press } from '#main/engine/key-rules.ts';
import { type EngineLimits, limitsFrom } from '#main/engine/limits.ts';
import { createReplayJournal } from '#main/replay/replay-journal.ts';
import { createSimulatedClock, type SimulatedClock } from '#main/replay/simulated-clock.ts';
import { DayBase } from '#main/session/day-base.ts';
import { assembleMoment } from '#main/session/measure.ts';
import {
  createHedger,
  createReports,
  lean,
  NO_GRID,
  type SimulatedHedger,
  type TurnedRisk,
} from '#main/session/simulated-desk.ts';
import type { DemoBook } from '#main/venues/paper/demo-book.ts';
import { createExchange } from '#main/venues/paper/exchange.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import { createTimeline } from '#main/venues/paper/timeline.ts';
import { createPaperAdapter } from '#main/venues/paper/venue-adapter.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { BacktestFile } from '#shared/ipc/backtest-file.ts';
import { policyFrom } from '#shared/ipc/hedge-policy-file.ts';
import { equityUsd } from '#shared/risk/equity.ts';
import { type RunLogLine, type RunSamples, STATE_COLUMNS } from '#shared/risk/run-samples.ts';
import { decimal, multiply } from '#shared/units/decimal.ts';
import { FaultError, fault, unwrap } from '#shared/units/result.ts';
import { DAY, type EpochMs, HOUR, MINUTE, SECOND } from '#shared/units/time.ts';
import { ExplainedSum } from './explained.ts';
import { type Costs, type Counts, RunLedger } from './ledger.ts';
import { createLookout, type Lookout } from './lookout.ts';
import type { MarketTape } from './market-tape.ts';
import { SampleWriter } from './sample-writer.ts';

/** What a run came to. */
export interface RunResult {
  readonly samples: RunSamples;
  readonly log: readonly RunLogLine[];
  readonly costs: Costs;
  readonly counts: Counts;
  /** SHA-256 over the states sampled and the log: the same configuration, data and seed give the same. */
  readonly hash: string;
}

export interface RunSetup {
  readonly config: BacktestFile;
  readonly market: MarketTape;
  readonly resources: Pick<PaperResources, 'surface' | 'calibration'>;
  /** False: the engine takes every look itself, also those that cannot find anything. The result is the same. */
  readonly lookAhead?: boolean;
  /** Told now and then how far the run has come, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

const PRESS: Press = { by: 'cli', with: 'backtest' };
/** Nothing in the book asks for a look before this. */
const SELDOM = HOUR;
/** Options that nobody holds are told this often. */
const REPEAT_EVERY = HOUR;
/** A start takes as long as three venue answers. */
const START_LIMIT = MINUTE;

/** Between two looks quotes are as old as they are, and there is no trader whose keys could go idle. */
const PATIENT = {
  ...{ staleMs: 2 * HOUR, riskLateMs: 2 * HOUR, reconcileMs: DAY, notFoundDelayMs: MINUTE },
  arming: { idleMs: 3_650 * DAY, budget: { perOrderUsd: 500_000, sessionUsd: 1e12, ordersPerMinute: 60 } },
};

/** Nothing in the engine minds an hour without a look, and no look is its questions' turn. */
function isPatient({ staleMs, riskLateMs, reconcileMs, arming }: EngineLimits): boolean {
  return Math.min(staleMs, riskLateMs, arming.idleMs) >= 2 * HOUR && reconcileMs > MINUTE;
}

/** Limits of a run that its configuration does not set itself; the gate's own sizes and paces hold. */
function limitsOf(config: BacktestFile): EngineLimits {
  const own = config.limits as { readonly arming?: object };
  return unwrap(limitsFrom({ ...PATIENT, ...own, arming: { ...PATIENT.arming, ...own.arming } }));
}

function demoOf({ book, title, seed }: BacktestFile): DemoBook {
  const { expiries, futures, strikes } = book.listing;
  return {
    id: 'backtest',
    title,
    tape: 'backtest',
    seed,
    accounts: book.accounts,
    instruments: { expiries, futures, strikes },
  };
}

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

/** Everything of a run that its loop needs. */
interface Room {
  readonly clock: SimulatedClock;
  readonly engine: Engine;
  readonly reports: TurnedRisk;
  readonly ledger: RunLedger;
  readonly explained: ExplainedSum;
  readonly hedger: SimulatedHedger | null;
  /** Null: the engine looks itself, every time. */
  readonly lookout: Lookout | null;
}

function roomOf({ config, market, resources, lookAhead = true }: RunSetup): Room {
  const { tape, anchor, recorded } = market;
  const clock = createSimulatedClock(tape.startAt);
  const surface = { ...resources.surface, anchors: { backtest: anchor } };
  const exchange = createExchange(
    {
      ...resources,
      surface,
      demo: demoOf(config),
      tape,
      seed: config.seed,
      terms: withFees(config.feeFactor),
      recorded,
    },
    null,
  );
  const timeline = createTimeline(exchange, clock, (at) => at);
  const venues = [...new Set(exchange.owners.map((one) => one.venue))];
  const latency = config.latencyMs ?? undefined;
  const papers = venues.map((venue) => createPaperAdapter(venue, timeline, clock, latency, REPEAT_EVERY));
  const adapters = papers.map((one) => one.adapter);
  const snapshot = () => engine.market.snapshot();
  const ledger = new RunLedger(snapshot);
  let explained: ExplainedSum | null = null;
  const journal = createReplayJournal([], (added) => {
    for (const entry of added) {
      ledger.take(entry);
      explained?.take(entry.event);
    }
  });
  explained = new ExplainedSum(journal.book);
  const limits = limitsOf(config);
  const dayBase = new DayBase();
  const reports = createReports(() => {
    const moment = { book: journal.book, market: snapshot(), now: clock.now(), staleMs: limits.staleMs, dayBase };
    return assembleMoment(moment, NO_GRID);
  }, lean);
  const session = { profile: 'backtest', tape: tape.id, seed: config.seed };
  const engine = createEngine({
    ...{ clock, journal, adapters, limits, installId: 'backtest', autoResume: true, session, risk: reports },
  });
  const ground = { clock, journal, engine, risk: reports, market: snapshot };
  const hedge = config.hedge;
  const hedger =
    hedge === null
      ? null
      : createHedger(
          ground,
          { policy: policyFrom(hedge, 'rule'), underlying: hedge.underlying, ratio: hedge.ratio },
          PRESS,
        );
  const repeatAt = (): EpochMs => Math.min(...papers.map((one) => one.repeatAt()));
  const ahead = hedger !== null && isPatient(limits) && lookAhead;
  const lookout = ahead ? createLookout({ exchange, clock, engine, reports, hedger, repeatAt }) : null;
  return { clock, engine, reports, ledger, explained, hedger, lookout };
}

/** Waits for an answer while the simulated time it needs goes by. */
async function settle<T>(clock: SimulatedClock, answer: Promise<T>, until: EpochMs): Promise<T> {
  let done = false;
  const noted = answer.finally(() => {
    done = true;
  });
  for (;;) {
    await clock.advanceTo(clock.now() + SECOND);
    if (done) return noted;
    if (clock.now() > until) throw new FaultError(fault('no-answer', 'the simulated venue gave no answer'));
  }
}

/** Looks, hedges where the policy says so, and answers when the next look is due. */
async function step({ clock, engine, reports, ledger, hedger }: Room): Promise<EpochMs> {
  reports.turn();
  const from = clock.now();
  if (hedger === null) return from + SELDOM;
  const due = hedger.look();
  if (due === null) return from + (engine.tradingState.state === 'HALTED' ? SELDOM : MINUTE);
  if (!due.now) return from + Math.ceil(due.lookAgainMs);
  const why = await settle(clock, hedger.act(), from + MINUTE);
  if (why === null) return from + MINUTE;
  ledger.note({ at: from, kind: 'hedge', text: why });
  return Math.max(clock.now(), from + SECOND);
}

function hashOf(samples: RunSamples, log: readonly RunLogLine[]): string {
  const hash = createHash('sha256');
  for (const column of STATE_COLUMNS) hash.update(new Uint8Array(samples[column].buffer));
  for (const { at, kind, text } of log) hash.update(`${at} ${kind} ${text}\n`);
  return hash.digest('hex');
}

/**
 * Runs the engine over a market made from files: the same kernel, gate, venues and policy as on paper, under a simulated
 * clock. Between looks nothing happens but what the exchange does by itself, which is worked out second by second.
 * Throws FaultError where the configuration does not fit its market.
 */
export async function runBacktest(setup: RunSetup): Promise<RunResult> {
  const { config, market } = setup;
  const { tape } = market;
  const room = roomOf(setup);
  const { clock, engine, reports, ledger, explained, lookout } = room;
  for (const text of market.notes) ledger.note({ at: tape.startAt, kind: 'note', text });
  const starting = engine.start();
  unwrap(await settle(clock, starting, tape.startAt + START_LIMIT));
  const writer = new SampleWriter();
  const every = config.sampleSeconds * SECOND;
  const end = Math.min(config.to, tape.to);
  let [look, sample] = [clock.now(), clock.now()];
  for (;;) {
    const now = clock.now();
    if (now >= look) look = await step(room);
    else reports.turn();
    const report = reports.latest;
    if (report !== null && (clock.now() >= sample || clock.now() >= end)) {
      const market = engine.market.snapshot();
      const equity = equityUsd(engine.book, market);
      writer.take(report, config.underlying, equity, ledger, explained.sample(market, equity));
      sample = Math.floor(clock.now() / every) * every + every;
      setup.onProgress?.((clock.now() - tape.startAt) / (end - tape.startAt));
    }
    if (clock.now() >= end) break;
    look = lookout?.(Math.max(look, clock.now() + 1), Math.min(sample, end)) ?? look;
    await clock.leapTo(Math.min(Math.max(look, clock.now() + 1), sample, end));
  }
  await engine.stop();
  const samples = writer.samples();
  const { log, costs, counts } = ledger;
  return { samples, log, costs, counts, hash: hashOf(samples, log) };
}
