import { create } from 'zustand';
import { isDollar } from '#shared/risk/assemble.ts';
import type { Exposure } from '#shared/risk/report.ts';
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

/** Looks at the largest coin that is held where the one looked at is not held at all. */
export function followBook(exposures: readonly Exposure[]): void {
  const held = exposures.filter(
    (one) => one.by === 'underlying' && !isDollar(one.key) && (one.valueUsd !== 0 || one.grossNotionalUsd !== 0),
  );
  const { underlying } = useWorkbench.getState();
  const [largest] = held.toSorted((a, b) => Math.abs(b.deltaUsd) - Math.abs(a.deltaUsd));
  if (largest === undefined || held.some((one) => one.key === underlying)) return;
  useWorkbench.setState({ underlying: largest.key });
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
