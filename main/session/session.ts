import { existsSync, rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Engine } from '#main/engine/engine.ts';
import { DEFAULT_LIMITS } from '#main/engine/limits.ts';
import type { Clock, VenueAdapter } from '#main/engine/ports.ts';
import { toLine } from '#main/replay/input.ts';
import { recordEngine } from '#main/replay/recorded-engine.ts';
import { highsSolver } from '#main/risk/highs-solver.ts';
import { WorkerRiskLoop } from '#main/risk/loop.ts';
import { createJournal, type SqliteJournal } from '#main/store/journal.ts';
import { transactionLog } from '#main/store/transactions.ts';
import type { TapeControl } from '#main/venues/paper/adapter.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { CellReadout } from '#shared/ipc/contract.ts';
import { type ControlPolicies, readPolicies } from '#shared/ipc/control-policy-file.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import type { Assembled } from '#shared/risk/assemble.ts';
import type { GridAxes } from '#shared/risk/problem.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, fault, toFault } from '#shared/units/result.ts';
import { cellReadout } from './cell.ts';
import { type ControlGround, DEFAULT_POLICIES } from './control/ground.ts';
import { attachControllers, type ControlLoop } from './control/loop.ts';
import { type CrossBooks, createCrossBooks } from './cross-book.ts';
import { DayBase } from './day-base.ts';
import { noteEntryRisk } from './entry-risk.ts';
import type { LiveVenues } from './live.ts';
import { type MarginTwins, watchMarginTwins } from './margin-twin.ts';
import { assembleMoment, indexIn } from './measure.ts';
import { recordMotion } from './motion.ts';
import type { Environment } from './profile.ts';
import { liveVenues, paperVenues, type SessionVenues } from './session-venues.ts';
import { type VenueWatch, watchVenues } from './venue-watch.ts';
import { onWire } from './wire.ts';

export interface SessionOptions {
  /** The journal's file; the paper venue keeps its own beside it. */
  readonly file: string;
  readonly venueFile: string;
  readonly id: string;
  /** Real venues or their simulators; null trades on the paper venues of the tape. */
  readonly live: LiveVenues | null;
  /** The tape of a new session; a session that exists goes on with its own. */
  readonly tape: string;
  /** Tape seconds per second; null keeps the slowest. */
  readonly speed: number | null;
  readonly clock: Clock;
  readonly resources: string;
  /** The built worker of main/risk/worker.ts. */
  readonly riskWorker: URL;
  readonly installId: string;
  /** By what the controllers decide; left out: what the session was last given, or the defaults. */
  readonly policies?: ControlPolicies;
  /** Told of what went wrong beside the engine: a chunk of tape that could not be written. */
  readonly onFault: (reason: Fault) => void;
}

/** One running terminal without its window: venues, engine, journal and risk loop, wired. */
export interface Session {
  readonly id: string;
  readonly clock: Clock;
  readonly engine: Engine;
  readonly journal: SqliteJournal;
  readonly environment: Environment;
  /** Null where no tape runs: at venues that have their own time. */
  readonly tape: TapeControl | null;
  readonly risk: WorkerRiskLoop;
  readonly control: ControlLoop;
  readonly adapters: readonly VenueAdapter[];
  readonly marginTwins: MarginTwins;
  readonly venues: VenueWatch;
  readonly crossBooks: CrossBooks;
  market(): MarketSnapshot;
  /** The book of this moment as a risk problem, with `orders` filled; null before the first quotes. */
  assemble(axes?: GridAxes, orders?: readonly OrderRequest[]): Assembled | null;
  cell(
    underlying: UnderlyingId,
    at: { readonly spot: number; readonly vol: number; readonly days: number },
  ): Promise<CellReadout>;
  close(): Promise<void>;
}

/** Setting that keeps the policies of the session as the trader wrote them. */
export const POLICIES_SETTING = 'control:policies';

/** A text that an earlier version took and this one does not is told, and the defaults hold. */
function keptPolicies(journal: Pick<SqliteJournal, 'readSetting'>, onFault: (reason: Fault) => void): ControlPolicies {
  const text = journal.readSetting(POLICIES_SETTING);
  if (text === null || text === '') return DEFAULT_POLICIES;
  try {
    return readPolicies(text, 'policies of the session');
  } catch (thrown) {
    onFault(toFault(thrown));
    return DEFAULT_POLICIES;
  }
}

const REPORT_EVERY_MS = 200;
const REPORT_LATE_MS = 3_000;

function slowQuery(name: string, ms: number): Fault {
  return fault('slow-query', `the store took ${Math.round(ms)} ms to ${name}`, { query: name, ms });
}

/**
 * Opens a session: a new one on a tape, or the one that `file` holds, which goes on where it stopped. Start-up and
 * recovery are the same path (design.md). Faults of files are thrown before anything trades.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const fresh = !existsSync(options.file);
  const journal = createJournal(options.file, { onSlow: ({ name, ms }) => options.onFault(slowQuery(name, ms)) });
  let venues: SessionVenues | null = null;
  try {
    venues = options.live === null ? paperVenues(options, journal) : liveVenues(options.live, journal);
    return await wire(options, journal, venues);
  } catch (thrown) {
    // Both files are this process's alone while they are open: the trader may want to try again.
    venues?.close();
    const begun = journal.head !== null;
    journal.close();
    if (fresh && !begun) removeStores(options);
    throw thrown;
  }
}

/** A session that never began leaves no file behind. */
function removeStores({ file, venueFile }: SessionOptions): void {
  for (const one of [file, venueFile]) {
    for (const part of ['', '-wal', '-shm']) rmSync(one + part, { force: true });
  }
}

async function wire(options: SessionOptions, journal: SqliteJournal, venues: SessionVenues): Promise<Session> {
  const { clock } = options;
  const { tape } = venues;
  const dayBase = new DayBase();
  const recording = journal.tape({ onFault: options.onFault });
  const setup = {
    clock,
    journal,
    adapters: venues.adapters.map(onWire),
    limits: DEFAULT_LIMITS,
    installId: options.installId,
    autoResume: journal.head === null,
    session: venues.head,
  };
  const engine = recordEngine(setup, {
    get quotes() {
      return recording.rows;
    },
    tape: recording.record,
    line: (line) => recording.note(toLine(line)),
  });
  const watched = watchVenues({ clock, engine, adapters: venues.adapters });
  const stopMotion = tape === null ? null : recordMotion(tape, clock, (line) => recording.note(toLine(line)));
  const market = (): MarketSnapshot => engine.market.snapshot();
  const assemble: Session['assemble'] = (axes, orders) =>
    assembleMoment(
      { book: journal.book, market: market(), now: clock.now(), staleMs: DEFAULT_LIMITS.staleMs, dayBase },
      axes,
      orders,
    );
  const risk = new WorkerRiskLoop({
    clock,
    source: () => assemble(),
    spawn: () => new Worker(options.riskWorker),
    everyMs: REPORT_EVERY_MS,
    lateMs: REPORT_LATE_MS,
  });
  const onReport = (report: RiskReport): void =>
    dayBase.observe(report.asOf, report.positions, journal.book, indexIn(market()));
  risk.subscribe(onReport, () => undefined);
  engine.attachRisk(risk);
  const stop = async (): Promise<void> => {
    tape?.pause();
    await engine.stop();
    await risk.close();
    stopMotion?.();
    watched.stop();
    recording.close();
  };
  for (const chain of venues.chains) {
    const log = transactionLog(journal, clock, chain.chain, chain.owner);
    chain.attach(log, () => `x-${options.installId}-${journal.seq.toString(36)}`);
  }
  try {
    await engine.start();
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  tape?.play();
  const ground: ControlGround = {
    clock,
    journal,
    engine,
    risk,
    market,
    assemble: () => assemble(),
    chains: venues.chains,
    solver: highsSolver,
  };
  const control = attachControllers(
    ground,
    options.policies ?? keptPolicies(journal, options.onFault),
    options.onFault,
  );
  const marginTwins = watchMarginTwins({
    clock,
    adapters: venues.adapters,
    report: () => risk.latest,
    onFault: options.onFault,
  });
  const leaveEntries = noteEntryRisk({ journal, engine, risk, clock }, options.onFault);
  return {
    id: options.id,
    clock,
    engine,
    journal,
    environment: venues.environment,
    tape,
    risk,
    control,
    adapters: venues.adapters,
    marginTwins,
    venues: watched,
    crossBooks: createCrossBooks({ journal, engine, market, clock, control }),
    market,
    assemble,
    cell: (underlying, at) => cellReadout({ assemble, risk }, underlying, at),
    close: async () => {
      control.stop();
      marginTwins.stop();
      leaveEntries();
      await stop();
      venues.close();
      journal.close();
    },
  };
}
