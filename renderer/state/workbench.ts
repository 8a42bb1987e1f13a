import { create } from 'zustand';
import type { UnderlyingId } from '#shared/units/ids.ts';

/** What panels share about what the trader is doing: selection, the ticket's line, what-if, hedge ratio. */
export interface Workbench {
  readonly underlying: UnderlyingId;
  /** Row keys selected in Positions. */
  readonly selection: ReadonlySet<string>;
  /** Row under the cursor in Positions. */
  readonly focusedRow: string | null;
  readonly selectedOrder: string | null;
  readonly ticketLine: string;
  /** The line that was committed last, and its orders by client id. */
  readonly sent: { readonly line: string; readonly orders: readonly string[] } | null;
  readonly whatIf: boolean;
  readonly hedgeRatio: number;
  /** Index into the proposal's routes chosen by the trader; null = cheapest. */
  readonly hedgeRoute: number | null;
}

export const useWorkbench = create<Workbench>(() => ({
  underlying: 'BTC',
  selection: new Set(),
  focusedRow: null,
  selectedOrder: null,
  ticketLine: '',
  sent: null,
  whatIf: false,
  hedgeRatio: 1,
  hedgeRoute: null,
}));
