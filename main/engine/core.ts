import type { Book } from '#shared/domain/book.ts';
import type { Cause } from '#shared/domain/commands.ts';
import { type AccountId, type ClientOrderId, type InstrumentId, type VenueId, venueOf } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result, toFault } from '#shared/units/result.ts';
import { type Arming, createArming } from './arming.ts';
import { createKernel, type Kernel } from './kernel.ts';
import { createKeyRules, type KeyRules, type Press } from './key-rules.ts';
import type { EngineLimits } from './limits.ts';
import { createMarketData, type MarketData } from './market-data.ts';
import type { Clock, Journal, RiskLoop, VenueAdapter } from './ports.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { createTradingState, type TradingStateMachine } from './trading-state.ts';
import { openSession, statusOf, type VenueSession, viewOf } from './venue-session.ts';

/** A client order id from the installation, the intent's journal sequence and the attempt: the same inputs, the same id. */
export type MakeOrderId = (installId: string, intent: number, attempt: number) => ClientOrderId;

/** "k-4f2a-1c-0": short enough for every venue's label. */
export const makeOrderId: MakeOrderId = (installId, intent, attempt) =>
  `k-${installId}-${intent.toString(36)}-${attempt}`;

export interface EngineSetup {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly adapters: readonly VenueAdapter[];
  readonly limits: EngineLimits;
  readonly installId: string;
  /** ACTIVE by itself after a start that found nothing amiss; otherwise the trader says so. */
  readonly autoResume: boolean;
  /** Written as the first entry of an empty journal. */
  readonly session?: { readonly profile: string; readonly tape: string; readonly seed: number };
  /** May also be attached later; without a risk loop trading stays REDUCING. */
  readonly risk?: RiskLoop;
  readonly makeOrderId?: MakeOrderId;
}

/** The parts that every step of the engine works on. Changed inside kernel tasks only. */
export interface Core {
  readonly setup: EngineSetup;
  readonly limits: EngineLimits;
  readonly clock: Clock;
  readonly kernel: Kernel;
  readonly recorder: Recorder;
  readonly book: Book;
  readonly market: MarketData;
  readonly trading: TradingStateMachine;
  readonly arming: Arming;
  readonly keyRules: KeyRules;
  readonly venues: ReadonlyMap<VenueId, VenueSession>;
  /** What the risk loop should look at anew; engine time of the first change it has not answered yet. */
  readonly risk: { loop: RiskLoop | null; dirtySince: number | null };
}

export function createCore(setup: EngineSetup): Core {
  const { clock, journal, limits } = setup;
  const now = (): number => clock.now();
  const risk: Core['risk'] = { loop: null, dirtySince: null };
  const kernel = createKernel((task, cause) => onCrash(task, cause));
  const notify = kernel.notify;
  const recorder = createRecorder(journal, { now, notify, onHealth }, () => markDirty({ risk, clock }));
  const trading = createTradingState((from, to) => {
    if (from.state !== to.state) {
      recorder.note({ type: 'trading-state', from: from.state, to: to.state, reason: to.reason });
    }
    notify({ type: 'trading-state', status: to });
  });
  const arming = createArming(limits.arming, (from, to) => {
    if (from !== to.state) recorder.note({ type: 'key-state', from, to: to.state, reason: to.reason });
    notify({ type: 'key-state', status: to });
  });
  const market = createMarketData(now, limits.staleMs, (id) => journal.book.instruments.get(id));
  const venues = new Map(setup.adapters.map((adapter) => [adapter.id, openSession(adapter)]));
  const keyRules = createKeyRules(limits.keys);

  function onHealth(broken: Fault | null): void {
    if (broken === null) trading.clear('journal');
    else trading.set('journal', broken);
  }

  function onCrash(task: string, cause: Fault): void {
    // The disk's refusal has its own condition; everything else that gets here is a defect and holds new risk back.
    if (cause.code === 'journal-write') return;
    const message = `internal fault in ${task}: ${cause.message}`;
    const defect = fault('engine-fault', message, { task, cause: cause.code });
    trading.set('engine-fault', defect);
    recorder.note({ type: 'alarm', alarm: defect });
  }

  return {
    setup,
    limits,
    clock,
    kernel,
    recorder,
    book: journal.book,
    market,
    trading,
    arming,
    keyRules,
    venues,
    risk,
  };
}

/** Tells the risk loop that book or market changed. */
export function markDirty({ risk, clock }: Pick<Core, 'risk' | 'clock'>): void {
  risk.dirtySince ??= clock.now();
  risk.loop?.markDirty();
}

export function raiseAlarm(core: Core, alarm: Fault): void {
  core.recorder.note({ type: 'alarm', alarm });
}

export function venueOfInstrument(core: Core, instrument: InstrumentId): VenueSession | undefined {
  return core.venues.get(venueOf(instrument));
}

export function venueOfAccount(core: Core, account: AccountId): VenueSession | undefined {
  const venue = core.book.accounts.get(account)?.venue;
  return venue === undefined ? undefined : core.venues.get(venue);
}

export function effectiveStatus(core: Core, session: VenueSession): ReturnType<typeof statusOf> {
  return statusOf(session, core.market, core.clock.now(), core.limits.staleMs);
}

export function notifyVenue(core: Core, session: VenueSession): void {
  const venue = viewOf(session, core.market, core.clock.now(), core.limits.staleMs);
  core.kernel.notify({ type: 'venue-status', venue });
}

/** The cause a press stands for: a window's press passes the key rules first, a part of the program speaks for itself. */
export function admit(core: Core, command: string, press: Press): Result<Cause> {
  const now = core.clock.now();
  if ('pressedAt' in press) return core.keyRules.admit({ ...press, command }, now);
  return ok({ by: press.by, with: press.with, pressedAt: now });
}

/** The cause of a command that is obeyed whatever the press looks like (kill, disarm, lock). */
export function causeOf(core: Core, press: Press): Cause {
  const pressedAt = 'pressedAt' in press && Number.isFinite(press.pressedAt) ? press.pressedAt : core.clock.now();
  return { by: press.by, with: press.with, pressedAt };
}

/** The answer of a venue call that may throw or reject, as a result. */
export async function answerOf<T>(call: () => Promise<T>, code: string): Promise<Result<T>> {
  try {
    return ok(await call());
  } catch (thrown) {
    return fail(toFault(thrown, code));
  }
}
