import { createEngine, type Engine, type EngineSetup } from '#main/engine/engine.ts';
import type { Journal, RiskLoop, Unsubscribe, VenueAdapter } from '#main/engine/ports.ts';
import type { JournalEntry } from '#shared/domain/events.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import type { VenueId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { type DurationMs, type EpochMs, SECOND } from '#shared/units/time.ts';
import type { Answer, DeskMethod, Input, RecordedLine, RunHead } from './input.ts';
import { createIntake, type Intake, type World } from './intake.ts';
import { chainOn, stateHash } from './state-hash.ts';

/** Where a recording goes. What was told is kept in order; a crash may cost the end of it, never the middle. */
export interface InputLog {
  /** Quotes on the tape so far. */
  readonly quotes: number;
  line(line: RecordedLine): void;
  tape(quotes: readonly Quote[]): void;
}

/** How much engine time may pass between two records of the state's hash. */
const STATE_EVERY: DurationMs = 10 * SECOND;

export type RecordedSetup = Omit<EngineSetup, 'risk' | 'session'> & { readonly session: RunHead['session'] };

function answerOf(thrown: unknown): Answer {
  return { ok: false, reason: toFault(thrown), ours: thrown instanceof FaultError };
}

/** Notes what a replay cannot know of the journal: settings of earlier runs, and writes the disk refused. */
function watchJournal(journal: Journal, log: InputLog, appended: (entries: readonly JournalEntry[]) => void): Journal {
  const read = new Set<string>();
  let writes = 0;

  function attempt<T>(write: () => T): T {
    writes += 1;
    try {
      return write();
    } catch (thrown) {
      log.line({ type: 'refusal', write: writes, reason: toFault(thrown), ours: thrown instanceof FaultError });
      throw thrown;
    }
  }

  return {
    book: journal.book,
    get head() {
      return journal.head;
    },
    get seq() {
      return journal.seq;
    },
    append(events, at) {
      const entries = attempt(() => journal.append(events, at));
      appended(entries);
      return entries;
    },
    hasFill: (venue, account, trade) => journal.hasFill(venue, account, trade),
    hasFunding: (account, id) => journal.hasFunding(account, id),
    fills: (query) => journal.fills(query),
    readSetting(name) {
      const value = journal.readSetting(name);
      if (!read.has(name)) log.line({ type: 'setting', name, value });
      read.add(name);
      return value;
    },
    writeSetting(name, value) {
      attempt(() => journal.writeSetting(name, value));
      read.add(name);
    },
    close: () => journal.close(),
  };
}

/**
 * An engine whose every input is written down, so that {@link replayRun} comes to the same state. Inputs are delivered
 * one at a time: the next one waits until all that followed from the one before has come to rest, at most a turn of the
 * event loop. An idle engine takes an input at once.
 */
export function recordEngine(setup: RecordedSetup, log: InputLog): Engine {
  const { clock, adapters } = setup;
  const venues = new Map<VenueId, VenueAdapter>(adapters.map((one) => [one.id, one]));
  const queue: { readonly input: Input; readonly deliver: () => void }[] = [];
  let [busy, closed, chain] = [false, false, ''];
  let loop: RiskLoop | null = null;
  let dirty = false;

  const world: World = {
    called({ call, venue, make }) {
      const adapter = venues.get(venue);
      if (adapter === undefined) throw new Error(`no adapter for ${venue}`);
      const answered = (answer: Answer): void =>
        offer({ type: 'answer', call, answer }, () => intake.answer(call, answer));
      void attempted(() => make(adapter)).then(
        (value) => answered({ ok: true, value }),
        (thrown) => answered(answerOf(thrown)),
      );
    },
    timed: (timer, every) => clock.every(every, () => offer({ type: 'timer', timer }, () => intake.fire(timer))),
    dirty() {
      dirty = true;
      loop?.markDirty();
    },
    looks(venue) {
      const adapter = venues.get(venue);
      if (adapter === undefined) throw new Error(`no adapter for ${venue}`);
      return {
        depth: (...args) => attempted(() => adapter.depth(...args)),
        greeks: (instrument) => adapter.greeks(instrument),
        preview: (...args) => attempted(() => adapter.preview(...args)),
      };
    },
  };
  const intake: Intake = createIntake(clock.now(), world);
  const journal = watchJournal(setup.journal, log, (entries) => {
    chain = chainOn(chain, entries);
  });
  const traits = adapters.map((one) => ({ id: one.id, kind: one.kind, capabilities: one.capabilities() }));
  const { limits, installId, autoResume, session } = setup;
  const head: RunHead = {
    seq: journal.seq,
    quotes: log.quotes,
    limits,
    installId,
    autoResume,
    session,
    venues: traits,
  };
  log.line({ type: 'run', at: intake.clock.now(), head });
  const { clock: engineClock, risk } = intake;
  const engine = createEngine({ ...setup, clock: engineClock, journal, risk, adapters: traits.map(intake.adapter) });
  let marked = intake.clock.now();

  function mark(): void {
    marked = intake.clock.now();
    log.line({ type: 'state', seq: journal.seq, hash: stateHash(engine, chain) });
  }

  function write(input: Input, at: EpochMs): void {
    if (input.type === 'quotes') {
      log.tape(input.quotes);
      log.line({ type: 'quotes', at, venue: input.venue, rows: input.quotes.length });
    } else {
      log.line({ type: 'input', at, input });
    }
  }

  function next(): void {
    const one = closed ? undefined : queue.shift();
    if (one === undefined) return;
    busy = true;
    intake.moveTo(clock.now());
    try {
      write(one.input, intake.clock.now());
      one.deliver();
    } finally {
      // Promises settle before the event loop turns, so by then nothing of this input is left.
      setImmediate(rest);
    }
  }

  function rest(): void {
    busy = false;
    if (!closed && intake.clock.now() - marked >= STATE_EVERY) mark();
    next();
  }

  function offer(input: Input, deliver: () => void): void {
    // The engine has stopped and refuses whatever comes: nothing of it can change its state.
    if (closed) {
      deliver();
      return;
    }
    queue.push({ input, deliver });
    if (!busy) next();
  }

  const subscriptions: Unsubscribe[] = adapters.map((adapter) => {
    const venue = adapter.id;
    return adapter.subscribe((event) => {
      const input: Input = event.type === 'quotes' ? { ...event, venue } : { type: 'event', venue, event };
      offer(input, () => intake.event(venue, event));
    });
  });

  function attachRisk(real: RiskLoop): Unsubscribe {
    const onReport = (report: RiskReport): void => {
      const exposures = report.exposures.filter((one) => one.by === 'underlying');
      offer({ type: 'risk', report: { seq: report.seq, exposures } }, () => intake.report(report));
    };
    const onFault = (reason: Fault): void => offer({ type: 'risk-fault', reason }, () => intake.riskFault(reason));
    const stop = real.subscribe(onReport, onFault);
    loop = real;
    if (dirty) real.markDirty();
    return () => {
      stop();
      if (loop !== real) return;
      loop = null;
      onFault(fault('risk-missing', 'the risk loop was taken away'));
    };
  }

  /** A method of the desk as an input: it runs when it is delivered, and answers then. */
  function asked<M extends DeskMethod>(
    method: M,
  ): (...args: Parameters<Engine[M]>) => Promise<Awaited<ReturnType<Engine[M]>>> {
    type Answered = Awaited<ReturnType<Engine[M]>>;
    const run = engine[method] as (...args: Parameters<Engine[M]>) => Answered | Promise<Answered>;
    return (...args) => new Promise((resolve) => offer({ type: 'desk', method, args }, () => resolve(run(...args))));
  }

  async function stop(): Promise<void> {
    await asked('stop')();
    for (const unsubscribe of subscriptions.splice(0)) unsubscribe();
    // The end of stop() is the end of an input; what is left of it has to come to rest first.
    await new Promise((resolve) => setImmediate(resolve));
    closed = true;
    mark();
    for (const one of queue.splice(0)) one.deliver();
  }

  return recorded(engine, { asked, attachRisk, stop });
}

/** The call's promise, also where it throws at once. */
async function attempted<T>(call: () => Promise<T>): Promise<T> {
  return await call();
}

interface Recorded {
  readonly asked: <M extends DeskMethod>(
    method: M,
  ) => (...args: Parameters<Engine[M]>) => Promise<Awaited<ReturnType<Engine[M]>>>;
  readonly attachRisk: Engine['attachRisk'];
  readonly stop: Engine['stop'];
}

/** The engine's own views beside the desk whose every call is an input. */
function recorded(engine: Engine, { asked, attachRisk, stop }: Recorded): Engine {
  const [blurred, focused] = [asked('blurred'), asked('focused')];
  const consider = asked('consider');
  const [focusChanged, disarmBecause] = [asked('focusChanged'), asked('disarmBecause')];
  return {
    book: engine.book,
    market: engine.market,
    limits: engine.limits,
    get tradingState() {
      return engine.tradingState;
    },
    get keyState() {
      return engine.keyState;
    },
    get venues() {
      return engine.venues;
    },
    get staged() {
      return engine.staged;
    },
    get journalFault() {
      return engine.journalFault;
    },
    get automation() {
      return engine.automation;
    },
    get parents() {
      return engine.parents;
    },
    get transfers() {
      return engine.transfers;
    },
    get steps() {
      return engine.steps;
    },
    openExposure: engine.openExposure,
    depth: engine.depth,
    preview: engine.preview,
    whenAnswered: engine.whenAnswered,
    subscribe: engine.subscribe,
    attachRisk,
    stop,
    start: asked('start'),
    reconcile: asked('reconcile'),
    reconnect: asked('reconnect'),
    stage: asked('stage'),
    commit: asked('commit'),
    drop: asked('drop'),
    hold: asked('hold'),
    refuse: asked('refuse'),
    submitNow: asked('submitNow'),
    cancel: asked('cancel'),
    cancelAll: asked('cancelAll'),
    arm: asked('arm'),
    disarm: asked('disarm'),
    lock: asked('lock'),
    unlock: asked('unlock'),
    automate: asked('automate'),
    kill: asked('kill'),
    resume: asked('resume'),
    transfer: asked('transfer'),
    takeOffered: asked('takeOffered'),
    consider: (round) => void consider(round),
    blurred: () => void blurred(),
    focused: () => void focused(),
    focusChanged: () => void focusChanged(),
    disarmBecause: (code, message) => void disarmBecause(code, message),
  };
}
