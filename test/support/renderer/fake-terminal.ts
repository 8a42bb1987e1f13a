import { DEFAULT_THRESHOLDS } from '#shared/control/margin-monitor.ts';
import { type AutomationView, UNUSED } from '#shared/domain/automation.ts';
import type { Answer, MethodInput, MethodName, MethodOutput } from '#shared/ipc/contract.ts';
import type { Frame, Sequenced, StagedOrders, StatusFrame } from '#shared/ipc/frames.ts';
import { PositionsPacker } from '#shared/ipc/positions-codec.ts';
import { assemble } from '#shared/risk/assemble.ts';
import { compose } from '#shared/risk/compose.ts';
import { compute } from '#shared/risk/compute.ts';
import { defaultAxes, type GridAxes } from '#shared/risk/problem.ts';
import { POSITION_COLUMNS, type RiskReport } from '#shared/risk/report.ts';
import { decimal } from '#shared/units/decimal.ts';
import type { Fault } from '#shared/units/result.ts';
import {
  ALERTS,
  DESCRIPTION,
  fakeCandles,
  fakePreview,
  fakeProposal,
  PROFILES,
  SESSIONS,
  TAPES,
  VAULT,
} from './fake-answers.ts';
import { BOOK } from './fake-book.ts';
import { CONTROL_ANSWERS } from './fake-control.ts';
import { JOURNAL_ANSWERS } from './fake-journal.ts';
import { WalkingMarket } from './fake-market.ts';
import { fakeFills, fakeLog, fakeOrders, fakeStaged } from './fake-records.ts';
import { identityOf, ManyRows } from './fake-rows.ts';

export interface FakeOptions {
  /** Rows of the Positions grid; 0 = the demo book's own. */
  readonly rows: number;
  /** Updates a second when `rows` is set. */
  readonly updates: number;
  /** A session runs at once. */
  readonly running: boolean;
  readonly sessions: boolean;
  /** Methods that answer with a fault. */
  readonly failing: ReadonlySet<string>;
  readonly settings: ReadonlyMap<string, string>;
  /** Nothing held, nothing ordered. */
  readonly empty: boolean;
}

/** A window's or the main process's end of the stream. */
export interface FakePort {
  postMessage(message: Sequenced): void;
}

const FRAME_MS = 100;
const START = Date.UTC(2020, 2, 12, 9, 14);

type Handlers = { readonly [M in MethodName]: (input: MethodInput<M>) => MethodOutput<M> | Fault };

function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value && !('text' in value);
}

/** A terminal without a main process: the real risk kernel on a walking market, answers from a fixture. */
export class FakeTerminal {
  private readonly options: FakeOptions;
  private readonly market = new WalkingMarket();
  private readonly many: ManyRows | null;
  private readonly settings: Map<string, string>;
  private readonly log = fakeLog(Date.now());
  private readonly orders = fakeOrders(Date.now());
  private port: FakePort | null = null;
  private readonly packer = new PositionsPacker();
  private seq = 0;
  private report: RiskReport | null = null;
  private reports = 0;
  private session: string | null;
  private keys: StatusFrame['keys'] = { state: 'SAFE', reason: 'keys start safe', until: null, budgetLeftUsd: null };
  private trading: StatusFrame['trading'] = { state: 'ACTIVE', reason: 'every venue answered' };
  private automation: readonly AutomationView[] = [];
  private staged: StagedOrders | null = null;
  private speed = 60;
  private paused = false;
  private marketTime = START;

  constructor(options: FakeOptions) {
    this.options = options;
    this.many = options.rows > 0 ? new ManyRows(options.rows, Date.now()) : null;
    this.settings = new Map(options.settings);
    this.session = options.running ? 's-fake' : null;
  }

  /** Sends the stream into `port` from now on. */
  stream(port: FakePort): void {
    this.port = port;
    this.send(this.status());
    if (this.session !== null) this.sendAll();
    setInterval(() => this.tick(), FRAME_MS);
  }

  private send(frame: Frame): void {
    this.seq += 1;
    const message: Sequenced = {
      seq: this.seq,
      frame: frame.kind === 'positions' ? this.packer.pack(frame) : frame,
    };
    this.port?.postMessage(message);
  }

  private sendAll(): void {
    this.packer.restart();
    this.measure();
    this.sendDirectory();
    this.sendReport();
    const now = Date.now();
    const { empty } = this.options;
    this.send({ kind: 'orders', whole: true, orders: empty ? [] : this.orders });
    this.send({ kind: 'fills', whole: true, fills: empty ? [] : fakeFills(this.marketTime) });
    this.send({ kind: 'log', whole: true, lines: empty ? [] : this.log });
    this.send(this.status(now));
  }

  private sendDirectory(): void {
    const rows = this.options.empty ? [] : (this.many?.identities ?? this.report?.positions.rows.map(identityOf) ?? []);
    this.send({ kind: 'directory', directory: 1, rows });
  }

  private sendReport(): void {
    if (this.report === null) return;
    const { positions, ...rest } = this.report;
    const at = this.many === null ? this.report.computedAt : Date.now();
    const held = this.many?.step((this.options.updates * FRAME_MS) / 1000, at) ?? positions.cells;
    const cells = this.options.empty ? new Float64Array(0) : held;
    const rows = cells.length / POSITION_COLUMNS.length;
    this.send({ kind: 'positions', directory: 1, rows, at, cells });
    this.send({ kind: 'risk', ...rest });
  }

  private tick(): void {
    if (this.session === null) return;
    if (!this.paused) this.marketTime += FRAME_MS * this.speed;
    if (this.staged !== null && this.staged.expiresAt < Date.now()) this.staged = null;
    if (!this.paused) {
      this.measure();
      this.sendReport();
    }
    this.send(this.status());
  }

  private measure(axes: GridAxes = defaultAxes()): RiskReport {
    this.reports += 1;
    const market = this.market.step(this.marketTime);
    const assembled = assemble(BOOK, {
      market,
      now: this.marketTime,
      staleBefore: this.marketTime - 5_000,
      axes,
      dayOffsetUsd: (row) => (row.instrument === null ? 0 : ((row.instrument.length * 37) % 900) - 450),
    });
    this.report = compose(assembled, compute(assembled.problem), { seq: this.reports, computeMs: 3.1 });
    return this.report;
  }

  private status(now = Date.now()): StatusFrame {
    const tape = TAPES[0];
    const running = this.session !== null && tape !== undefined;
    return {
      kind: 'status',
      environment: 'PAPER',
      session: this.session,
      now,
      marketTime: running ? this.marketTime : null,
      tape: running
        ? {
            id: tape.id,
            title: tape.title,
            from: tape.from,
            to: tape.to,
            now: this.marketTime,
            speed: this.speed,
            paused: this.paused,
            ended: false,
          }
        : null,
      trading: this.trading,
      keys: this.keys,
      staged: this.staged,
      automation: this.automation,
      transfers: [],
      venues: running
        ? [
            { venue: 'deribit-paper', status: 'live', latencyMs: 41, reason: null, reconciledAt: now - 90_000 },
            {
              venue: 'hyperliquid-paper',
              status: 'stale',
              latencyMs: 1_400,
              reason: 'no quote for 14 s',
              reconciledAt: null,
            },
          ]
        : [],
      alerts: this.options.empty ? 0 : 2,
      thresholds: DEFAULT_THRESHOLDS,
      risk: { ageMs: 120, computeMs: 3.1 },
    };
  }

  private stage(origin: StagedOrders['origin'], title: string): StagedOrders {
    this.staged = fakeStaged(Date.now(), origin, title);
    this.send(this.status());
    return this.staged;
  }

  private setKeys(state: StatusFrame['keys']['state'], reason: string): null {
    const armed = state === 'ARMED';
    this.keys = { state, reason, until: armed ? Date.now() + 300_000 : null, budgetLeftUsd: armed ? 250_000 : null };
    this.send(this.status());
    return null;
  }

  private start(): { session: string } {
    this.session = `s-${Date.now()}`;
    this.send(this.status());
    this.sendAll();
    return { session: this.session };
  }

  private now(): RiskReport {
    return this.report ?? this.measure();
  }

  private readonly handlers: Handlers = {
    'app.describe': () => DESCRIPTION,
    'app.export': ({ what }) => ({ file: `/home/trader/Documents/keel-${what}.csv`, rows: 42 }),
    'session.list': () => ({
      tapes: TAPES,
      sessions: this.options.sessions ? SESSIONS : [],
      profiles: PROFILES,
      current: this.session,
    }),
    'session.start': ({ speed }) => {
      this.speed = speed;
      return this.start();
    },
    'session.resume': () => this.start(),
    'review.list': () => [],
    'review.open': ({ run }) => ({ code: 'review', message: `${run}: there is no such run` }),
    'review.demo': () => ({ code: 'review', message: 'there is no demo here' }),
    'review.export': ({ run }) => ({ file: `/home/trader/Documents/${run}.html` }),
    'tape.control': ({ paused, speed }) => {
      this.paused = paused ?? this.paused;
      this.speed = speed ?? this.speed;
      const status = this.status();
      this.send(status);
      return status.tape ?? { code: 'no-tape', message: 'no tape is running' };
    },
    'stream.refresh': () => {
      this.sendAll();
      return null;
    },
    'ticket.preview': ({ line }) => fakePreview(line, this.now()),
    'ticket.stage': ({ line }) => this.stage('ticket', line),
    'orders.stage': () => this.stage('ticket', 'orders'),
    'positions.stage-close': ({ rows }) => this.stage('close', `Close ${rows.length} rows`),
    'hedge.propose': ({ underlying, ratio }) => fakeProposal(this.now(), underlying, ratio),
    'hedge.stage': ({ underlying, ratio }) => {
      const proposal = fakeProposal(this.now(), underlying, ratio);
      return { proposal, staged: this.stage('hedge', `Delta hedge ${underlying}: buy 9,370 BTC-PERPETUAL`) };
    },
    'staged.commit': () => {
      if (this.keys.state !== 'ARMED') return { code: 'not-armed', message: 'keys are SAFE: hold Ctrl+Shift+A to arm' };
      this.staged = null;
      const order = this.orders[4];
      if (order) {
        const filled = { ...order, state: 'FILLED' as const, filled: order.quantity, averagePrice: decimal('7289.5') };
        this.send({ kind: 'orders', whole: false, orders: [filled] });
      }
      this.send(this.status());
      return { group: 'g9', orders: [{ id: 'k-5', state: 'SENT', reason: null }] };
    },
    'staged.drop': () => {
      this.staged = null;
      this.send(this.status());
      return null;
    },
    'orders.cancel': ({ order }) => {
      const found = this.orders.find((one) => one.id === order);
      if (!found) return { code: 'no-order', message: `there is no order ${order}` };
      this.send({ kind: 'orders', whole: false, orders: [{ ...found, state: 'CANCELLED' }] });
      return null;
    },
    'orders.cancel-all': () => ({ sent: 3 }),
    'keys.arm': () => this.setKeys('ARMED', 'armed for options, perps'),
    'keys.disarm': () => this.setKeys('SAFE', 'disarmed by the trader'),
    'keys.lock': ({ locked }) =>
      locked ? this.setKeys('LOCKED', 'locked by the trader') : this.setKeys('SAFE', 'unlocked by the trader'),
    'engine.kill': () => {
      this.trading = { state: 'HALTED', reason: 'the kill switch was pulled' };
      this.setKeys('SAFE', 'the kill switch was pulled');
      return { cancelled: 3 };
    },
    'automation.set': ({ rule }) => {
      this.automation = [{ rule, use: UNUSED, act: 'wait', why: 'it watches' }];
      this.send(this.status());
      return null;
    },
    ...CONTROL_ANSWERS,
    'engine.resume': () => {
      this.trading = { state: 'ACTIVE', reason: 'resumed by the trader' };
      this.send(this.status());
      return null;
    },
    'risk.scenario': ({ spot, vol, days, line, underlying }) => {
      const axis = (from: number, to: number, count: number): Float64Array =>
        Float64Array.from({ length: count }, (_, at) => from + ((to - from) * at) / Math.max(1, count - 1));
      const axes = {
        spotShifts: axis(spot.from, spot.to, spot.count),
        volShifts: axis(vol.from, vol.to, vol.count),
        days,
      };
      const report = this.measure(axes);
      const base = report.grids.find((grid) => grid.underlying === underlying) ?? report.grids[0];
      if (!base) return { code: 'no-grid', message: `there is no grid for ${underlying}` };
      const whatIf = line === null ? null : { ...base, pnlUsd: base.pnlUsd.map((value) => value * 1.2 - 800) };
      return { base, whatIf, pools: report.pools.map((pool) => `${pool.account} ${pool.currency}`) };
    },
    'risk.cell': ({ spot }) => ({
      pnlUsd: -5_210,
      delta: -1.2 + spot,
      gamma: -0.0004,
      vega: -310,
      theta: 240,
      pools: this.now().pools.map(({ account, currency, ratio }) => ({ account, currency, ratio, liquidated: false })),
    }),
    'risk.ladder': ({ underlying }) =>
      this.now().ladders.find((one) => one.underlying === underlying) ?? { code: 'no-ladder', message: 'no ladder' },
    'venues.look': () => ({ at: this.marketTime, venues: [], margins: [], projected: [], greeks: [] }),
    'market.book': ({ underlying }) => ({ underlying, index: null, bids: [], asks: [], sources: [], route: null }),
    'venues.act': ({ venue }) => ({ venue, said: 'done' }),
    'vol.surface': () => ({ code: 'no-smile', message: 'no option is quoted' }),
    ...JOURNAL_ANSWERS,
    'chart.candles': ({ barMs, count }) => fakeCandles(barMs, Math.min(count, 1500), this.marketTime),
    'instruments.search': ({ text }) =>
      [...BOOK.instruments.values()]
        .filter((one) => one.name.toLowerCase().includes(text.toLowerCase()))
        .map(({ id, name, venue }) => ({ id, name, venue })),
    'session.connect': () => this.start(),
    'vault.describe': () => VAULT,
    'vault.unlock': () => ({ ...VAULT, state: 'open' }),
    'vault.lock': () => VAULT,
    'vault.add-key': () => ({ ...VAULT, state: 'open' }),
    'settings.load': ({ name }) => this.settings.get(name) ?? null,
    'settings.save': (wanted) => {
      if ('alerts' in wanted) return ALERTS;
      this.settings.set(wanted.name, wanted.value);
      return null;
    },
  };

  answer(method: MethodName, input: never): Answer<unknown> {
    if (this.options.failing.has(method)) {
      return { ok: false, error: { code: 'fixture', message: `${method} is not available: the fixture says so` } };
    }
    const answer: unknown = this.handlers[method](input);
    return isFault(answer) ? { ok: false, error: answer } : { ok: true, value: answer };
  }
}
