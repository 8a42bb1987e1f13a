import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Engine } from '#main/engine/engine.ts';
import { DEFAULT_LIMITS } from '#main/engine/limits.ts';
import type { Clock } from '#main/engine/ports.ts';
import { toLine } from '#main/replay/input.ts';
import { recordEngine } from '#main/replay/recorded-engine.ts';
import { WorkerRiskLoop } from '#main/risk/loop.ts';
import { createJournal, type SqliteJournal } from '#main/store/journal.ts';
import { createVenueStateStore, type VenueStateStore } from '#main/store/venue-state.ts';
import { createPaperAdapters, type TapeControl } from '#main/venues/paper/adapter.ts';
import { readPaperResources } from '#main/venues/paper/resources.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { CellReadout } from '#shared/ipc/contract.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import type { Assembled } from '#shared/risk/assemble.ts';
import type { GridAxes } from '#shared/risk/problem.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import { attachAutoHedge } from './auto-hedge.ts';
import { cellReadout } from './cell.ts';
import { DayBase } from './day-base.ts';
import { noteEntryRisk } from './entry-risk.ts';
import { assembleMoment, indexIn } from './measure.ts';
import { recordMotion } from './motion.ts';
import { onWire } from './wire.ts';

export interface SessionOptions {
  /** The journal's file; the paper venue keeps its own beside it. */
  readonly file: string;
  readonly venueFile: string;
  readonly id: string;
  readonly profile: string;
  /** The tape of a new session; a session that exists goes on with its own. */
  readonly tape: string;
  /** Tape seconds per second; null keeps the slowest. */
  readonly speed: number | null;
  readonly clock: Clock;
  readonly resources: string;
  /** The built worker of main/risk/worker.ts. */
  readonly riskWorker: URL;
  readonly installId: string;
  /** Told of what went wrong beside the engine: a chunk of tape that could not be written. */
  readonly onFault: (reason: Fault) => void;
}

/** One running terminal without its window: venues, engine, journal and risk loop, wired. */
export interface Session {
  readonly id: string;
  readonly clock: Clock;
  readonly engine: Engine;
  readonly journal: SqliteJournal;
  readonly tape: TapeControl;
  readonly risk: WorkerRiskLoop;
  market(): MarketSnapshot;
  /** The book of this moment as a risk problem, with `orders` filled; null before the first quotes. */
  assemble(axes?: GridAxes, orders?: readonly OrderRequest[]): Assembled | null;
  cell(
    underlying: UnderlyingId,
    at: { readonly spot: number; readonly vol: number; readonly days: number },
  ): Promise<CellReadout>;
  close(): Promise<void>;
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
  let venueState: VenueStateStore | null = null;
  try {
    venueState = createVenueStateStore(options.venueFile);
    return await wire(options, journal, venueState);
  } catch (thrown) {
    // Both files are this process's alone while they are open: the trader may want to try again.
    venueState?.close();
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

async function wire(options: SessionOptions, journal: SqliteJournal, venueState: VenueStateStore): Promise<Session> {
  const { clock } = options;
  const tapeId = journal.head?.tape ?? options.tape;
  const resources = readPaperResources((name) => readFileSync(join(options.resources, name), 'utf8'), tapeId);
  const fresh = journal.head === null;
  const { adapters, tape } = createPaperAdapters({ resources, clock, store: venueState });
  if (options.speed !== null) tape.setSpeed(options.speed);
  const dayBase = new DayBase();
  const recording = journal.tape({ onFault: options.onFault });
  const setup = {
    clock,
    journal,
    adapters: adapters.map(onWire),
    limits: DEFAULT_LIMITS,
    installId: options.installId,
    autoResume: fresh,
    session: { profile: options.profile, tape: tapeId, seed: resources.demo.seed },
  };
  const engine = recordEngine(setup, {
    get quotes() {
      return recording.rows;
    },
    tape: recording.record,
    line: (line) => recording.note(toLine(line)),
  });
  const stopMotion = recordMotion(tape, clock, (line) => recording.note(toLine(line)));
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
    tape.pause();
    await engine.stop();
    await risk.close();
    stopMotion();
    recording.close();
  };
  try {
    await engine.start();
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  tape.play();
  const session: Session = {
    id: options.id,
    clock,
    engine,
    journal,
    tape,
    risk,
    market,
    assemble,
    cell: (underlying, at) => cellReadout({ assemble, risk }, underlying, at),
    close: async () => {
      leaveHedge();
      leaveEntries();
      await stop();
      venueState.close();
      journal.close();
    },
  };
  const leaveHedge = attachAutoHedge(session, options.onFault);
  const leaveEntries = noteEntryRisk(session, options.onFault);
  return session;
}
