import type { AutomationView } from '#shared/domain/automation.ts';
import { type Book, instrumentOf } from '#shared/domain/book.ts';
import type { TakenStep } from '#shared/domain/chain-step.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { Order } from '#shared/domain/order.ts';
import type { ParentOrder } from '#shared/domain/parent-order.ts';
import type { Transfer } from '#shared/domain/transfer.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { AccountId, ClientOrderId, InstrumentId, VenueId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, type Result } from '#shared/units/result.ts';
import type { KeyStatus } from './arming.ts';
import { type ControlRound, createAutomation } from './automation.ts';
import { createAutomationRules } from './automation-rules.ts';
import { createCancelling } from './cancelling.ts';
import { answerOf, type Core, createCore, type EngineSetup, venueOfInstrument } from './core.ts';
import { createDesk, type Desk } from './desk.ts';
import { createExecution } from './execution.ts';
import { type OpenExposure, openExposure } from './exposure.ts';
import { createLife } from './life.ts';
import type { EngineLimits } from './limits.ts';
import { createLookUps } from './look-ups.ts';
import type { MarketView } from './market-data.ts';
import type { Notice } from './notices.ts';
import { createParents } from './parents.ts';
import type { RiskLoop, Unsubscribe } from './ports.ts';
import { createReconciliation, type Reconciled } from './reconciliation.ts';
import { createRepeatedExecution, type RepeatedExecution } from './repeated-execution.ts';
import { attachRiskLoop } from './risk-watch.ts';
import { createSafetyDesk } from './safety-desk.ts';
import { createTargets, type Staged, type Targets } from './staging.ts';
import { createStagingDesk } from './staging-desk.ts';
import { createStepping } from './stepping.ts';
import type { TradingStatus } from './trading-state.ts';
import { createTransferring } from './transferring.ts';
import { createVenueEvents } from './venue-events.ts';
import { type VenueSession, type VenueView, viewOf } from './venue-session.ts';
import { createWatch } from './watch.ts';

/** The engine: one book, one gate, one ordered loop. Window and command line are two faces of it. */
export interface Engine extends Desk {
  /** HALTED → every venue asked → REDUCING, and ACTIVE when nothing was amiss and the setup says so. */
  start(): Promise<Result<TradingStatus>>;
  /** Sends nothing any more and lets the venues go. Working orders stay where they are. */
  stop(): Promise<void>;

  /** Live: changes with every journalled event. */
  readonly book: Book;
  readonly market: MarketView;
  readonly limits: EngineLimits;
  readonly tradingState: TradingStatus;
  readonly keyState: KeyStatus;
  readonly venues: readonly VenueView[];
  readonly staged: readonly Staged[];
  readonly automation: readonly AutomationView[];
  /** Orders that are worked over time, and those of this run that have ended. */
  readonly parents: readonly ParentOrder[];
  /** Money that has left and is not settled. */
  readonly transfers: readonly Transfer[];
  /** Steps on chains that have left and are not settled. */
  readonly steps: readonly TakenStep[];
  /** Why the journal takes nothing; null while it does. */
  readonly journalFault: Fault | null;

  /** Position and everything that may still fill. A fault for an instrument nobody listed. */
  openExposure(account: AccountId, instrument: InstrumentId): Result<OpenExposure>;
  depth(instrument: InstrumentId, levels: number): Promise<Result<OrderBook>>;
  /** Asks a venue for everything now. */
  reconcile(venue: VenueId): Promise<Result<Reconciled>>;
  /** Lets a venue's connection go, opens another and asks the venue for everything. */
  reconnect(venue: VenueId): Promise<Result<Reconciled>>;
  /** Settles once every order of a committed group has an answer or is unknown. */
  whenAnswered(group: string): Promise<readonly Order[]>;

  /** What all controllers want on the latest report; their rules say what comes of it. */
  consider(round: ControlRound): void;

  attachRisk(risk: RiskLoop): Unsubscribe;
  subscribe(on: (notice: Notice) => void): Unsubscribe;

  /** The window lost the focus, or has it again. */
  blurred(): void;
  focused(): void;
  /** A dialog opened or closed, a panel moved: keys pressed around now do not count. */
  focusChanged(): void;
  /** Sleep, screen lock, another environment: whatever happens to the desk around the keys. */
  disarmBecause(code: string, message: string): void;
}

/** The engine's own views: nothing here changes anything. */
function viewsOf(core: Core): Pick<Engine, 'venues' | 'openExposure' | 'depth'> {
  const { clock, limits, market, book } = core;
  return {
    get venues() {
      return [...core.venues.values()].map((one) => viewOf(one, market, clock.now(), limits.staleMs));
    },
    openExposure(account, instrument) {
      if (book.instruments.has(instrument)) {
        return { ok: true, value: openExposure(book, account, instrumentOf(book, instrument)) };
      }
      return fail(fault('unknown-instrument', `instrument ${instrument} is not listed`, { instrument }));
    },
    depth(instrument, levels) {
      const adapter = venueOfInstrument(core, instrument)?.adapter;
      const missing = fault('no-venue', `no venue here trades ${instrument}`, { instrument });
      return adapter ? answerOf(() => adapter.depth(instrument, levels), 'no-answer') : Promise.resolve(fail(missing));
    },
  };
}

/** What moves a position changes the target of what is staged; what fills a hedge is watched for whether it helps. */
function watchPosition(core: Core, targets: Targets, repeated: RepeatedExecution, event: DomainEvent): void {
  if (event.type === 'adjustment' && event.adjustment.what === 'position') targets.moved(event.adjustment.key);
  if (event.type !== 'fill') return;
  const { instrument, order } = event.fill;
  targets.moved(instrument);
  const underlying = core.book.instruments.get(instrument)?.underlying;
  const origin = order === null ? undefined : core.book.orders.get(order)?.origin;
  if (underlying !== undefined && origin !== undefined) repeated.filled(underlying, origin);
}

export function createEngine(setup: EngineSetup): Engine {
  const core = createCore(setup);
  const { kernel, trading, arming, clock, keyRules, book } = core;
  const targets = createTargets((id) => book.instruments.get(id)?.underlying);
  const repeated = createRepeatedExecution(core.limits.repeatedExecutions);
  const execution = createExecution(core);
  const lookUps = createLookUps(core, (account) => {
    const session = core.venues.get(book.accounts.get(account)?.venue ?? '');
    if (session !== undefined) watch.behind(session);
  });
  const reconciliation = createReconciliation(core, lookUps);
  const transferring = createTransferring(core);
  const cancelling = createCancelling(core, lookUps);
  const parents = createParents(core, { execution, cancelling });
  const staging = createStagingDesk(core, { execution, transferring, parents, targets });
  const rules = createAutomationRules(core, staging);
  const stepping = createStepping(core, { settled: rules.takeStep, onBehind: (session) => watch.behind(session) });
  const automation = createAutomation(core, rules, { staging, execution, transferring, stepping });
  const safety = createSafetyDesk(core, { staging, cancelling, repeated, rules, parents });
  const watch = createWatch(core, { execution, transferring, lookUps, reconciliation, staging, safety, parents });
  const onVenueEvent = createVenueEvents(core, execution, lookUps, {
    onConnected: (session) => life.connected(session),
    onBehind: (session) => watch.behind(session),
  });
  const life = createLife(core, { execution, parents, reconciliation, watch, onVenueEvent });
  const views = viewsOf(core);
  const settleEnd = (order: ClientOrderId): void => {
    kernel.post(`end of ${order}`, () => core.recorder.take(() => lookUps.filled(order)));
  };

  kernel.subscribe((notice) => {
    if (notice.type !== 'book') return;
    for (const { event } of notice.entries) {
      watchPosition(core, targets, repeated, event);
      if (event.type === 'fill' && event.fill.order !== null) settleEnd(event.fill.order);
    }
  });
  const atVenue = <T>(venue: VenueId, act: (session: VenueSession) => Promise<Result<T>>): Promise<Result<T>> => {
    const session = core.venues.get(venue);
    if (session !== undefined) return act(session);
    return Promise.resolve(fail(fault('no-venue', `there is no venue ${venue} here`, { venue })));
  };
  trading.set('risk-missing', fault('risk-missing', 'there is no risk report yet'));
  const engine: Engine = {
    ...createDesk(core, { staging, safety, cancelling, parents, rules, transferring, stepping }),
    start: life.start,
    stop: life.stop,
    book,
    market: core.market,
    limits: core.limits,
    get tradingState() {
      return trading.status;
    },
    get keyState() {
      return arming.status;
    },
    get venues() {
      return views.venues;
    },
    get staged() {
      return staging.staged;
    },
    get automation() {
      return rules.views;
    },
    get parents() {
      return parents.all;
    },
    get transfers() {
      return transferring.underWay;
    },
    get steps() {
      return stepping.underWay;
    },
    consider: (round) => kernel.post(`round on report ${round.reportSeq}`, () => automation.take(round)),
    get journalFault() {
      return core.recorder.fault;
    },
    openExposure: views.openExposure,
    depth: views.depth,
    reconcile: (venue) => atVenue(venue, (session) => reconciliation.reconcile(session, true)),
    reconnect: (venue) => atVenue(venue, life.reconnect),
    whenAnswered: execution.whenAnswered,
    attachRisk: (risk) => attachRiskLoop(core, risk, repeated, rules),
    subscribe: kernel.subscribe,
    blurred: () =>
      kernel.post('blurred', () => {
        keyRules.focusChanged(clock.now());
        arming.blurred(clock.now());
      }),
    focused: () =>
      kernel.post('focused', () => {
        keyRules.focusChanged(clock.now());
        arming.focused(clock.now());
      }),
    focusChanged: () => kernel.post('focus changed', () => keyRules.focusChanged(clock.now())),
    disarmBecause: (code, message) => kernel.post('disarm', () => arming.disarm(fault(code, message))),
  };
  if (setup.risk !== undefined) engine.attachRisk(setup.risk);
  return engine;
}

export type { EngineSetup } from './core.ts';
