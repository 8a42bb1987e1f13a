import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Notice } from '#main/engine/notices.ts';
import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import type { Publisher } from '#main/ipc/publisher.ts';
import { addressOf, keyAskedOf } from '#main/session/adapters/index.ts';
import { CandleTracker } from '#main/session/candle-tracker.ts';
import {
  discardPlace,
  listSessions,
  newPlace,
  placeOf,
  profileOf,
  type SessionPlace,
  writeCard,
} from '#main/session/catalogue.ts';
import type { LiveVenues } from '#main/session/live.ts';
import { BUILT_IN_PROFILES } from '#main/session/profile.ts';
import { logLines, ReportProjector } from '#main/session/projector.ts';
import { openSession, type Session } from '#main/session/session.ts';
import { DEMO } from '#main/session/session-venues.ts';
import { toStagedOrders } from '#main/session/staged.ts';
import { countFills } from '#main/store/queries.ts';
import { readTapes } from '#main/venues/paper/resources.ts';
import type { Alert } from '#shared/control/alert-rules.ts';
import { rowOf } from '#shared/domain/parent-order.ts';
import type { MethodOutput } from '#shared/ipc/contract.ts';
import type { Candle, LogLine, StatusFrame, VenueLight } from '#shared/ipc/frames.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';

export interface TerminalOptions {
  readonly clock: Clock;
  readonly publisher: Publisher;
  /** Folder of the sessions. */
  readonly sessions: string;
  readonly resources: string;
  readonly riskWorker: URL;
  readonly installId: string;
  /** The venues of a profile with their keys, and the clock they are told by; may ask the trader for the passphrase. */
  readonly connect: (profile: string, onFlaw: (reason: Fault) => void) => Promise<Connected>;
  /** Every line of the log; what of it leaves the window is decided there. */
  readonly onAlert: (alert: Alert) => void;
}

export interface Connected {
  readonly live: LiveVenues;
  readonly clock: Clock;
}

/** What a new session starts on; null goes on with what a session has. */
type Fresh = { readonly tape: string; readonly speed: number } | { readonly profile: string };

const LOG_KEPT = 500;
const FILLS_SHOWN = 500;
const STATUS_EVERY_MS = 200;
const CARD_EVERY_MS = 10_000;
const CANDLE_EVERY_MS = 1_000;

/** What is on the desk now: at most one session, and what of it the windows see. */
export class Terminal {
  readonly #options: TerminalOptions;
  #session: Session | null = null;
  #leave: Unsubscribe[] = [];
  #projector = new ReportProjector();
  #candles = new CandleTracker();
  #log: LogLine[] = [];
  #place: SessionPlace | null = null;
  /** Fills of the session so far. */
  #fills = 0;
  #opening = false;
  /** Speed to go back to once nothing is staged: while orders wait for their second key the tape runs at 1×. */
  #heldSpeed: number | null = null;

  constructor(options: TerminalOptions) {
    this.#options = options;
    options.clock.every(STATUS_EVERY_MS, () => this.#publishStatus());
    options.clock.every(CARD_EVERY_MS, () => this.#writeCard());
  }

  /** Engine time: the session's, and before there is one the machine's. */
  now(): EpochMs {
    return (this.#session ?? this.#options).clock.now();
  }

  get current(): Session | null {
    return this.#session;
  }

  /** The running session, or a fault that says there is none. */
  session(): Session {
    if (!this.#session) throw new FaultError(fault('no-session', 'no session is open: choose a tape first'));
    return this.#session;
  }

  list(): MethodOutput<'session.list'> {
    const { resources } = this.#options;
    const tapes = readTapes((name) => readFileSync(join(resources, name), 'utf8'));
    const title = new Map(tapes.map((one) => [one.id, one.title]));
    const found = listSessions(this.#options.sessions, (id, thrown) =>
      this.#note('watch', 'session', `${id}: ${toFault(thrown).message}`),
    );
    const sessions = found.map((one) => ({ ...one, title: title.get(one.tape) ?? one.tape }));
    const profiles = BUILT_IN_PROFILES.map(({ name, title, environment, venues }) => ({
      name,
      title,
      environment,
      venues: venues.map((one) => ({
        venue: one.venue,
        title: one.account.name,
        account: one.account.id,
        url: addressOf(one),
        key: keyAskedOf(one),
      })),
    }));
    return { tapes, sessions, profiles, current: this.#session?.id ?? null };
  }

  start(tape: string, speed: number): Promise<string> {
    return this.#open(() => newPlace(this.#options.sessions, tape, this.#options.clock.now()), { tape, speed });
  }

  /** A new session at the venues of a profile. */
  connect(profile: string): Promise<string> {
    return this.#open(() => newPlace(this.#options.sessions, profile, this.#options.clock.now()), { profile });
  }

  resume(id: string): Promise<string> {
    return this.#open(() => placeOf(this.#options.sessions, id), null);
  }

  /** Candles of the tape with its history; where there is none, those seen since the session was opened. */
  candles(underlying: UnderlyingId, barMs: DurationMs): readonly Candle[] {
    const { tape } = this.session();
    return tape === null ? this.#candles.bars(underlying, barMs) : tape.bars(underlying, barMs, tape.state.now);
  }

  /** Sends everything again: a window has just come, or lost a frame. */
  refresh(): void {
    const { publisher } = this.#options;
    const session = this.#session;
    publisher.restart();
    publisher.publish({ kind: 'log', whole: true, lines: this.#log });
    if (!session) return;
    const report = session.risk.latest;
    if (report)
      for (const frame of this.#projector.frames(report, session.journal.book, true)) publisher.publish(frame);
    const worked = session.engine.parents.map(rowOf);
    publisher.publish({ kind: 'orders', whole: true, orders: [...session.journal.book.orders.values(), ...worked] });
    publisher.publish({ kind: 'fills', whole: true, fills: session.journal.fills({ limit: FILLS_SHOWN }) });
    this.#publishStatus();
  }

  blurred(): void {
    this.#session?.engine.blurred();
  }

  focused(): void {
    this.#session?.engine.focused();
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#writeCard();
    this.#session = null;
    this.#place = null;
    for (const leave of this.#leave.splice(0)) leave();
    await session?.close();
  }

  /** `fresh`: what a new session starts on, or null for one that goes on. */
  async #open(choose: () => SessionPlace, fresh: Fresh | null): Promise<string> {
    if (this.#opening) throw new FaultError(fault('busy', 'a session is being opened'));
    this.#opening = true;
    try {
      const place = choose();
      const session = await this.#openAt(place, fresh);
      this.#place = place;
      this.#attach(session);
      this.#writeCard();
      return session.id;
    } finally {
      this.#opening = false;
    }
  }

  /** The session that runs is closed only when the other one has its venues: the trader may yet think better of it. */
  async #openAt(place: SessionPlace, fresh: Fresh | null): Promise<Session> {
    const { resources, riskWorker, installId, sessions } = this.#options;
    const onFault = (reason: Fault): void => this.#note('watch', reason.code, reason.message);
    try {
      const profile = fresh === null ? profileOf(place) : 'profile' in fresh ? fresh.profile : DEMO;
      const connected = profile === DEMO ? null : await this.#options.connect(profile, onFault);
      const { live, clock } = connected ?? { live: null, clock: this.#options.clock };
      await this.close();
      const { tape, speed } = fresh !== null && 'tape' in fresh ? fresh : { tape: '', speed: null };
      return await openSession({ ...place, live, clock, tape, speed, resources, riskWorker, installId, onFault });
    } catch (thrown) {
      // A session that never began leaves nothing behind; one that could not go on stays as it is.
      if (fresh !== null) discardPlace(sessions, place);
      throw thrown;
    }
  }

  #writeCard(): void {
    const { journal, tape } = this.#session ?? {};
    if (!this.#place || !journal?.head) return;
    const { head } = journal;
    const card = {
      profile: head.profile,
      tape: head.tape,
      startedAt: head.startedAt,
      marketTime: tape?.state.now ?? null,
      fills: this.#fills,
    };
    writeCard(this.#place, card);
  }

  #attach(session: Session): void {
    const { publisher } = this.#options;
    this.#session = session;
    this.#fills = countFills(session.journal.read);
    this.#projector = new ReportProjector();
    this.#log = [];
    this.#heldSpeed = null;
    this.#candles = new CandleTracker();
    this.#leave = [
      session.engine.subscribe((notice) => this.#noticed(session, notice)),
      session.risk.subscribe(
        (report) => {
          for (const frame of this.#projector.frames(report, session.journal.book)) publisher.publish(frame);
        },
        (reason) => this.#note('critical', reason.code, reason.message),
      ),
      this.#trackCandles(session),
    ];
    this.refresh();
  }

  /** Candles form on the tape's time, and where there is none on the engine's. */
  #trackCandles(session: Session): Unsubscribe {
    const { tape, clock } = session;
    if (tape !== null) return tape.subscribe((state) => this.#trackCandle(session, state.now));
    return clock.every(CANDLE_EVERY_MS, () => this.#trackCandle(session, clock.now()));
  }

  #trackCandle(session: Session, at: number): void {
    for (const [underlying, index] of session.market().index) {
      this.#options.publisher.publish({ kind: 'candle', ...this.#candles.take(underlying, index, at) });
    }
  }

  #noticed(session: Session, notice: Notice): void {
    const { publisher } = this.#options;
    const { clock } = session;
    if (notice.type === 'order') publisher.publish({ kind: 'orders', whole: false, orders: [notice.order] });
    if (notice.type === 'parent-order') {
      publisher.publish({ kind: 'orders', whole: false, orders: [rowOf(notice.parent)] });
    }
    if (notice.type === 'fill') {
      this.#fills += 1;
      publisher.publish({ kind: 'fills', whole: false, fills: [notice.fill] });
    }
    if (notice.type === 'staged' || notice.type === 'unstaged') this.#holdTape(session);
    if (notice.type !== 'quotes' && notice.type !== 'book' && notice.type !== 'risk') this.#publishStatus();
    for (const line of logLines(notice, clock.now())) this.#note(line.severity, line.code, line.text);
  }

  /** Prices must not run away while orders wait: the tape goes at 1× until nothing is staged. */
  #holdTape(session: Session): void {
    const staged = session.engine.staged.length > 0;
    const { tape } = session;
    if (tape === null) return;
    if (staged && this.#heldSpeed === null && tape.state.speed > 1) {
      this.#heldSpeed = tape.state.speed;
      tape.setSpeed(1);
    } else if (!staged && this.#heldSpeed !== null) {
      tape.setSpeed(this.#heldSpeed);
      this.#heldSpeed = null;
    }
  }

  #note(severity: LogLine['severity'], code: string, text: string): void {
    const line = { at: this.now(), severity, code, text };
    this.#log = [...this.#log, line].slice(-LOG_KEPT);
    this.#options.publisher.publish({ kind: 'log', whole: false, lines: [line] });
    this.#options.onAlert(line);
  }

  #publishStatus(): void {
    const session = this.#session;
    if (session) this.#options.publisher.publish(this.#statusOf(session));
  }

  #statusOf(session: Session): StatusFrame {
    const { engine, risk, tape } = session;
    const now = session.clock.now();
    const { keyState, tradingState } = engine;
    const staged = engine.staged.at(-1);
    const report = risk.latest;
    return {
      kind: 'status',
      environment: session.environment,
      session: session.id,
      now,
      marketTime: tape?.state.now ?? null,
      tape: tape?.state ?? null,
      trading: { state: tradingState.state, reason: tradingState.reason.message },
      keys: {
        state: keyState.state,
        reason: keyState.reason.message,
        until: keyState.until,
        budgetLeftUsd: keyState.leftUsd === null ? null : Number(keyState.leftUsd),
      },
      staged: staged ? toStagedOrders(staged, engine.preview(staged.orders, staged.transfers)) : null,
      automation: engine.automation,
      transfers: engine.transfers,
      venues: engine.venues.map(
        (view): VenueLight => ({
          venue: view.venue,
          status: view.status,
          latencyMs: view.latencyMs,
          reason: view.reason?.message ?? null,
          reconciledAt: view.reconciledAt,
        }),
      ),
      alerts: this.#log.filter((line) => line.severity === 'critical').length,
      thresholds: session.control.policies.thresholds,
      risk: report ? { ageMs: Math.max(now - report.computedAt, 0), computeMs: report.computeMs } : null,
    };
  }
}
