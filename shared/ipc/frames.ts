import type { MarginThresholds } from '#shared/control/margin-monitor.ts';
import type { AutomationView } from '#shared/domain/automation.ts';
import type { KeyState, TradingState } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument, OptionRight } from '#shared/domain/instrument.ts';
import type { Order, OrderRequest } from '#shared/domain/order.ts';
import type { Transfer } from '#shared/domain/transfer.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import type { AccountId, Currency, InstrumentId, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import type { Fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** What never changes about a row of the Positions grid; sent once, and again when rows come or go. */
export interface RowIdentity {
  /** `${account}|${instrument or cash:currency}`. */
  readonly key: string;
  readonly account: AccountId;
  readonly venue: VenueId;
  /** Null for cash. */
  readonly instrument: InstrumentId | null;
  /** The venue's name, or "BTC cash". */
  readonly name: string;
  readonly kind: Instrument['kind'] | 'cash';
  readonly underlying: UnderlyingId;
  readonly settlement: Currency;
  readonly expiry: EpochMs | null;
  readonly strike: number | null;
  readonly right: OptionRight | null;
  /** Decimals shown for price and quantity, from tick and lot. */
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  readonly quantityUnit: string;
}

export { POSITION_COLUMNS, type PositionColumn } from '#shared/risk/report.ts';

/** The figures of all rows at one moment; row-major: row · POSITION_COLUMNS.length + column. */
export interface PositionsFrame {
  readonly kind: 'positions';
  readonly directory: number;
  readonly rows: number;
  /** Engine time that ages count from. */
  readonly at: EpochMs;
  readonly cells: Float64Array;
}

/** A positions frame on its way through the port; see positions-codec.ts. */
export interface PackedPositions {
  readonly kind: 'positions';
  readonly directory: number;
  readonly rows: number;
  readonly at: EpochMs;
  /** 0: the whole table; n: what changed since the n-th message after it. */
  readonly step: number;
  readonly packed: ArrayBuffer;
}

export interface DirectoryFrame {
  readonly kind: 'directory';
  /** Version that later positions frames refer to. */
  readonly directory: number;
  readonly rows: readonly RowIdentity[];
}

/** The report without its rows, which travel in the positions frame. */
export type RiskFrame = { readonly kind: 'risk' } & Omit<RiskReport, 'positions'>;

export interface OrdersFrame {
  readonly kind: 'orders';
  /** True: replaces everything; false: changed orders only. */
  readonly whole: boolean;
  /** A parent order is a row among them, by its own id and with its schedule. */
  readonly orders: readonly Order[];
}

export interface FillsFrame {
  readonly kind: 'fills';
  readonly whole: boolean;
  /** Newest first. */
  readonly fills: readonly Fill[];
}

export interface LogLine {
  readonly at: EpochMs;
  readonly severity: 'note' | 'watch' | 'critical';
  readonly code: string;
  readonly text: string;
}

export interface LogFrame {
  readonly kind: 'log';
  readonly whole: boolean;
  readonly lines: readonly LogLine[];
}

export interface TapeStatus {
  readonly id: string;
  readonly title: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly now: EpochMs;
  readonly speed: number;
  readonly paused: boolean;
  readonly ended: boolean;
}

export interface VenueLight {
  readonly venue: VenueId;
  readonly status: 'connecting' | 'live' | 'stale' | 'down';
  readonly latencyMs: number;
  readonly reason: string | null;
  readonly reconciledAt: EpochMs | null;
}

/** One gate check of a staged order, with its numbers in the sentence. */
export interface CheckLine {
  readonly name: string;
  readonly passed: boolean;
  readonly text: string;
}

export interface StagedOrders {
  readonly id: string;
  readonly origin: 'ticket' | 'hedge' | 'close';
  readonly title: string;
  readonly orders: readonly OrderRequest[];
  /** Per order, in the same sequence, then per transfer that goes with them. */
  readonly checks: readonly (readonly CheckLine[])[];
  readonly passed: boolean;
  /** Engine time. */
  readonly expiresAt: EpochMs;
}

/** State of the whole terminal: header, footer, banners. */
export interface StatusFrame {
  readonly kind: 'status';
  readonly environment: 'DEMO' | 'PAPER' | 'LIVE';
  readonly session: string | null;
  /** Engine time, and venue (tape) time. */
  readonly now: EpochMs;
  readonly marketTime: EpochMs | null;
  readonly tape: TapeStatus | null;
  readonly trading: { readonly state: TradingState; readonly reason: string };
  readonly keys: {
    readonly state: KeyState;
    readonly reason: string;
    /** Engine time at which arming ends by itself. */
    readonly until: EpochMs | null;
    readonly budgetLeftUsd: number | null;
  };
  readonly staged: StagedOrders | null;
  /** Rules that were set in this session. */
  readonly automation: readonly AutomationView[];
  /** Money that has left and is not settled. */
  readonly transfers: readonly Transfer[];
  readonly venues: readonly VenueLight[];
  readonly alerts: number;
  /** When a margin pool is watched and when it is critical: the session's policy. */
  readonly thresholds: MarginThresholds;
  readonly risk: { readonly ageMs: number; readonly computeMs: number } | null;
}

/** One candle; `time` is its opening, epoch ms. */
export interface Candle {
  readonly time: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The candle that is forming. */
export interface CandleFrame {
  readonly kind: 'candle';
  readonly underlying: UnderlyingId;
  readonly barMs: number;
  readonly candle: Candle;
}

export interface FaultFrame {
  readonly kind: 'fault';
  readonly fault: Fault;
}

/** Something outside the window wants it to show a view; nothing that stages, sends or protects comes this way. */
export interface ShowFrame {
  readonly kind: 'show';
  readonly command: 'flatten.rehearse' | 'settings.alerts';
}

export type Frame =
  | DirectoryFrame
  | PositionsFrame
  | RiskFrame
  | OrdersFrame
  | FillsFrame
  | LogFrame
  | StatusFrame
  | CandleFrame
  | FaultFrame
  | ShowFrame;

/** A frame as it crosses the port. */
export type PortFrame = Exclude<Frame, PositionsFrame> | PackedPositions;

/** What crosses the port: `seq` counts 1, 2, 3 …; a gap means: ask for everything again. */
export interface Sequenced {
  readonly seq: number;
  readonly frame: PortFrame;
}
