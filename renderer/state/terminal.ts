import { create } from 'zustand';
import type { Fill } from '#shared/domain/fill.ts';
import type { Order } from '#shared/domain/order.ts';
import type { CandleFrame, DirectoryFrame, LogLine, RiskFrame, RowIdentity, StatusFrame } from '#shared/ipc/frames.ts';
import type { Fault } from '#shared/units/result.ts';

/**
 * The window's projection of main's state: the last frame of each kind. Never authoritative.
 * Cells of the positions frame change ten times a second; panels that draw them subscribe to `positions` outside React.
 */
export interface Terminal {
  readonly connected: boolean;
  readonly status: StatusFrame | null;
  readonly directory: DirectoryFrame;
  /** Figures by row and column, overwritten in place; not shown while `directory` is of another version. */
  readonly positions: { readonly directory: number; readonly rows: number; readonly values: Float64Array } | null;
  readonly risk: RiskFrame | null;
  /** By client order id, newest last. */
  readonly orders: ReadonlyMap<string, Order>;
  /** Newest first. */
  readonly fills: readonly Fill[];
  readonly log: readonly LogLine[];
  readonly candle: CandleFrame | null;
  readonly fault: Fault | null;
}

export const NO_ROWS: readonly RowIdentity[] = [];

export const useTerminal = create<Terminal>(() => ({
  connected: false,
  status: null,
  directory: { kind: 'directory', directory: 0, rows: NO_ROWS },
  positions: null,
  risk: null,
  orders: new Map(),
  fills: [],
  log: [],
  candle: null,
  fault: null,
}));
