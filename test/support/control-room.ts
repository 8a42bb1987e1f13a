import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine, type Engine } from '#main/engine/engine.ts';
import { DEFAULT_LIMITS } from '#main/engine/limits.ts';
import type { RiskLoop } from '#main/engine/ports.ts';
import { createReplayJournal } from '#main/replay/replay-journal.ts';
import { createSimulatedClock, type SimulatedClock } from '#main/replay/simulated-clock.ts';
import { highsSolver } from '#main/risk/highs-solver.ts';
import { type ControlGround, DEFAULT_POLICIES } from '#main/session/control/ground.ts';
import { attachControllers, type ControlLoop } from '#main/session/control/loop.ts';
import { DayBase } from '#main/session/day-base.ts';
import { assembleMoment } from '#main/session/measure.ts';
import { createExchange, type Exchange } from '#main/venues/paper/exchange.ts';
import type { PaperFaults } from '#main/venues/paper/faults.ts';
import { readPaperResources } from '#main/venues/paper/resources.ts';
import { createTimeline } from '#main/venues/paper/timeline.ts';
import { createPaperAdapter } from '#main/venues/paper/venue-adapter.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { type AutomationRule, CONTROLLERS, standardRule } from '#shared/domain/automation.ts';
import type { DomainEvent, JournalEntry } from '#shared/domain/events.ts';
import type { ControlPolicies } from '#shared/ipc/control-policy-file.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { compose } from '#shared/risk/compose.ts';
import { compute, computePools } from '#shared/risk/compute.ts';
import { defaultAxes, type GridAxes } from '#shared/risk/problem.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import type { VenueId } from '#shared/units/ids.ts';
import { type Fault, unwrap } from '#shared/units/result.ts';
import { type DurationMs, type EpochMs, SECOND } from '#shared/units/time.ts';
import { CLI } from '#test/support/engine-room.ts';

/** Figures that a controller looks at, and no grid for a screen. */
const NO_GRID: GridAxes = { spotShifts: Float64Array.of(0, 0.01), volShifts: Float64Array.of(0), days: 0 };

export interface ControlRoom {
  readonly engine: Engine;
  readonly exchange: Exchange;
  readonly control: ControlLoop;
  readonly faults: ReadonlyMap<VenueId, PaperFaults>;
  readonly clock: SimulatedClock;
  readonly faultsTold: readonly Fault[];
  events(): readonly DomainEvent[];
  /** Orders and transfers that have left so far. */
  sent(): number;
  report(): RiskReport | null;
  /** The report of the present book on another market. */
  reportOn(other: MarketSnapshot): RiskReport;
  /** Makes a report with the window's grid and lets the controllers have it; processor time of each, ms. */
  round(): Promise<{ readonly reportMs: number; readonly loopMs: number }>;
  /** Lets tape time pass, `speed` times as fast as engine time, with a report every so often. */
  runTo(tapeAt: EpochMs): Promise<void>;
}

export interface ControlRoomSetup {
  readonly tape: string;
  readonly speed: number;
  readonly policies?: Partial<ControlPolicies>;
  readonly reportEvery?: DurationMs;
  /** The demo book with other balances, by account and currency. */
  readonly balances?: Readonly<Record<string, string>>;
}

/** The whole terminal on a crash tape without its window: paper venues, engine, risk figures and all controllers. */
export async function createControlRoom(setup: ControlRoomSetup): Promise<ControlRoom> {
  const resources = readPaperResources((name) => readFileSync(join(ROOT, 'resources', name), 'utf8'), setup.tape);
  const start = resources.tape.startAt;
  const clock = createSimulatedClock(start);
  const exchange = createExchange({ ...resources, seed: resources.demo.seed }, null);
  const driver = createTimeline(exchange, clock, (engine) => start + setup.speed * (engine - start));
  const venues = [...new Set(exchange.owners.map((one) => one.venue))];
  const papers = venues.map((venue) => [venue, createPaperAdapter(venue, driver, clock)] as const);
  const entries: JournalEntry[] = [];
  let sent = 0;
  const journal = createReplayJournal([], (added) => {
    entries.push(...added);
    sent += added.filter(({ event }) => event.type === 'order-intended' || event.type === 'transfer').length;
  });
  const dayBase = new DayBase();
  const market = () => engine.market.snapshot();
  const assembleOn = (on: MarketSnapshot, axes = NO_GRID) =>
    assembleMoment(
      { book: journal.book, market: on, now: clock.now(), staleMs: DEFAULT_LIMITS.staleMs, dayBase },
      axes,
    );
  const assemble = () => assembleOn(market());
  const listeners = new Set<(report: RiskReport) => void>();
  let latest: RiskReport | null = null;
  const risk: RiskLoop & ControlGround['risk'] = {
    markDirty: () => undefined,
    get latest() {
      return latest;
    },
    subscribe(on) {
      listeners.add(on);
      return () => listeners.delete(on);
    },
    ask: async (assembled) => compose(assembled, computePools(assembled.problem), { seq: 0, computeMs: 0 }),
    close: () => Promise.resolve(),
  };
  const engine = createEngine({
    clock,
    journal,
    adapters: papers.map(([, one]) => one.adapter),
    limits: DEFAULT_LIMITS,
    installId: 'test',
    autoResume: true,
    session: { profile: 'test', tape: setup.tape, seed: resources.demo.seed },
    risk,
  });
  const faultsTold: Fault[] = [];
  const ground: ControlGround = { clock, journal, engine, risk, market, assemble, chains: [], solver: highsSolver };
  const control = attachControllers(ground, { ...DEFAULT_POLICIES, ...setup.policies }, (one) => faultsTold.push(one));
  const turn = (): void => {
    const assembled = assemble();
    if (assembled === null) return;
    latest = compose(assembled, compute(assembled.problem), { seq: (latest?.seq ?? 0) + 1, computeMs: 0 });
    for (const on of listeners) on(latest);
  };
  const started = engine.start();
  clock.every(setup.reportEvery ?? SECOND, turn);
  await clock.advanceTo(start + 3 * SECOND);
  unwrap(await started);
  return {
    engine,
    exchange,
    control,
    faults: new Map(papers.map(([venue, one]) => [venue, one.faults])),
    clock,
    faultsTold,
    events: () => entries.map((one) => one.event),
    sent: () => sent,
    report: () => latest,
    reportOn(other) {
      const assembled = assembleOn(other);
      if (assembled === null) throw new Error('no market yet');
      return compose(assembled, compute(assembled.problem), { seq: 0, computeMs: 0 });
    },
    async round() {
      const begun = performance.now();
      const assembled = assembleOn(market(), defaultAxes());
      if (assembled === null) throw new Error('no market yet');
      latest = compose(assembled, compute(assembled.problem), { seq: (latest?.seq ?? 0) + 1, computeMs: 0 });
      const reported = performance.now();
      for (const on of listeners) on(latest);
      await control.settled();
      return { reportMs: reported - begun, loopMs: performance.now() - reported };
    },
    runTo: (tapeAt) => clock.advanceTo(start + (tapeAt - start) / setup.speed),
  };
}

/** All controllers that may run by themselves, at level automatic. */
export async function letAllLoose({ engine }: ControlRoom, more: Partial<AutomationRule> = {}): Promise<void> {
  unwrap(await engine.arm({ accounts: [...engine.book.accounts.keys()], budget: null }, CLI));
  for (const controller of CONTROLLERS) {
    if (controller === 'flatten') continue;
    const rule = { ...standardRule('BTC', controller), level: 'automatic' as const, ...more };
    unwrap(await engine.automate(rule, CLI));
  }
}
