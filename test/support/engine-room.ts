import { createEngine, type Engine } from '#main/engine/engine.ts';
import type { Press } from '#main/engine/key-rules.ts';
import { limitsFrom } from '#main/engine/limits.ts';
import type { Notice } from '#main/engine/notices.ts';
import type { RiskLoop } from '#main/engine/ports.ts';
import { type InputLog, recordEngine } from '#main/replay/recorded-engine.ts';
import type { Account } from '#shared/domain/account.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import { decimal } from '#shared/units/decimal.ts';
import { type Fault, unwrap } from '#shared/units/result.ts';
import { FUTURE, INVERSE_PERPETUAL, LINEAR_PERPETUAL, option, SPOT } from '#test/support/domain.ts';
import { createFakeVenue, type FakeVenue, type FakeVenueSetup } from '#test/support/fake-venue.ts';
import { createManualClock, type ManualClock, settle } from '#test/support/manual-clock.ts';
import { createMemoryJournal, type MemoryJournal } from '#test/support/memory-journal.ts';

export const START = Date.UTC(2020, 2, 12, 9);
export const PUT = option(6000, 'put');
const VENUE = INVERSE_PERPETUAL.venue;
export const ACCOUNT: Account = { id: 'options', venue: VENUE, name: 'Options', rules: 'deribit-standard' };
export const MARKS = {
  [INVERSE_PERPETUAL.id]: 7000,
  [LINEAR_PERPETUAL.id]: 7000,
  [SPOT.id]: 7000,
  [FUTURE.id]: 7000,
  [PUT.id]: 0.05,
};
export const CLI: Press = { by: 'cli', with: 'test' };

/** A risk loop that reports when a test says so. */
export interface FakeRisk extends RiskLoop {
  report(delta?: number): void;
  fail(reason: Fault): void;
}

export function createFakeRisk(): FakeRisk {
  const listeners = new Set<{ on: (report: RiskReport) => void; onFault: (reason: Fault) => void }>();
  let latest: RiskReport | null = null;
  let seq = 0;
  return {
    markDirty: () => undefined,
    get latest() {
      return latest;
    },
    subscribe(on, onFault) {
      const entry = { on, onFault };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    close: () => Promise.resolve(),
    report(delta = 0) {
      seq += 1;
      const sums = { gamma: 0, vega: 0, theta: 0, valueUsd: 0, unrealisedUsd: 0, deltaUsd: 0, grossNotionalUsd: 0 };
      const made: RiskReport = {
        seq,
        computedAt: START,
        asOf: START,
        computeMs: 1,
        spot: { BTC: 7000 },
        positions: { rows: [], cells: new Float64Array(0) },
        pools: [],
        grids: [],
        ladders: [],
        payoffs: [],
        excluded: [],
        exposures: [{ by: 'underlying', key: 'BTC', delta, ...sums }],
      };
      latest = made;
      for (const one of listeners) one.on(made);
    },
    fail(reason) {
      for (const one of listeners) one.onFault(reason);
    },
  };
}

/** An engine with one fake venue, a clock that stands still and a journal in memory. */
export interface EngineRoom {
  readonly engine: Engine;
  readonly venue: FakeVenue;
  readonly clock: ManualClock;
  readonly journal: MemoryJournal;
  readonly risk: FakeRisk;
  readonly notices: Notice[];
  readonly events: () => readonly DomainEvent[];
  /** Started, quoted, with a risk report: ACTIVE when the setup lets it. */
  start(): Promise<void>;
  /** Fresh quotes at the standard marks, or others. */
  quote(marks?: Readonly<Record<string, number>>): void;
  arm(): Promise<void>;
  /** Moves time in steps that keep quotes and risk fresh. */
  pass(ms: number): Promise<void>;
}

export interface RoomSetup {
  readonly limits?: unknown;
  readonly autoResume?: boolean;
  readonly venue?: Partial<FakeVenueSetup>;
  /** Another run's parts, to start anew on. */
  readonly from?: Pick<EngineRoom, 'venue' | 'journal' | 'clock'>;
  /** Writes every input down. */
  readonly record?: InputLog;
}

export function createEngineRoom(setup: RoomSetup = {}): EngineRoom {
  const clock = setup.from?.clock ?? createManualClock(START);
  const journal = createMemoryJournal(setup.from?.journal);
  const venue =
    setup.from?.venue ??
    createFakeVenue({
      id: VENUE,
      now: clock.now,
      accounts: [ACCOUNT],
      instruments: [INVERSE_PERPETUAL, LINEAR_PERPETUAL, SPOT, FUTURE, PUT],
      balances: [
        { account: ACCOUNT.id, currency: 'BTC', cash: decimal('10') },
        { account: ACCOUNT.id, currency: 'USDC', cash: decimal('100000') },
      ],
      ...setup.venue,
    });
  const risk = createFakeRisk();
  const parts = {
    clock,
    journal,
    adapters: [venue],
    limits: unwrap(limitsFrom(setup.limits ?? {})),
    installId: 'test',
    autoResume: setup.autoResume ?? true,
    session: { profile: 'demo', tape: 'test', seed: 1 },
  };
  const engine = setup.record === undefined ? createEngine({ ...parts, risk }) : recordEngine(parts, setup.record);
  if (setup.record !== undefined) engine.attachRisk(risk);
  const notices: Notice[] = [];
  engine.subscribe((notice) => notices.push(notice));
  const quote = (marks: Readonly<Record<string, number>> = MARKS): void => venue.quote(marks);
  return {
    engine,
    venue,
    clock,
    journal,
    risk,
    notices,
    quote,
    events: () => journal.entries.map((one) => one.event),
    async start() {
      unwrap(await engine.start());
      // What the venue does in the very millisecond of the opening snapshot counts as part of it.
      await clock.advance(1);
      quote();
      risk.report();
    },
    async arm() {
      unwrap(await engine.arm({ accounts: [ACCOUNT.id], budget: null }, CLI));
    },
    async pass(ms) {
      for (let left = ms; left > 0; left -= 1000) {
        await clock.advance(Math.min(left, 1000));
        quote();
        risk.report();
      }
      await settle();
    },
  };
}

export function request(more: Partial<OrderRequest> = {}): OrderRequest {
  return {
    account: ACCOUNT.id,
    instrument: LINEAR_PERPETUAL.id,
    side: 'buy',
    quantity: decimal('1'),
    type: 'limit',
    limit: decimal('7000'),
    trigger: null,
    timeInForce: 'gtc',
    postOnly: false,
    reduceOnly: false,
    ...more,
  };
}
