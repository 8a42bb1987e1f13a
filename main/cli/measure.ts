import { bookFile, heldFrom, marketFile, marketFrom } from '#shared/ipc/files.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { type Assembled, assemble, type HeldBook } from '#shared/risk/assemble.ts';
import { compose } from '#shared/risk/compose.ts';
import { compute } from '#shared/risk/compute.ts';
import type { GridAxes } from '#shared/risk/problem.ts';
import { positionAt, type RiskReport } from '#shared/risk/report.ts';
import { readInput, required } from './command.ts';

export interface State {
  readonly held: HeldBook;
  readonly market: MarketSnapshot;
}

export const STATE_OPTIONS = { book: { type: 'string' }, market: { type: 'string' } } as const;

export function readState(values: { readonly book?: string | undefined; readonly market?: string | undefined }): State {
  const book = required(values.book, '--book BOOK.json');
  const market = required(values.market, '--market MARKET.json');
  return { held: heldFrom(readInput(bookFile, book)), market: marketFrom(readInput(marketFile, market)) };
}

/** Files carry no history: the day's P&L is the unrealised one, and every quote is as fresh as the file. */
export function assembleState({ held, market }: State, axes: GridAxes): Assembled {
  return assemble(held, {
    market,
    now: market.asOf,
    staleBefore: Number.NEGATIVE_INFINITY,
    axes,
    dayOffsetUsd: () => 0,
  });
}

export function reportOf(assembled: Assembled): RiskReport {
  return compose(assembled, compute(assembled.problem), { seq: 1, computeMs: 0 });
}

/** The report with its rows as objects, for people and scripts. */
export function readable(report: RiskReport) {
  const { positions, computeMs: _ms, ...rest } = report;
  return { ...rest, positions: positions.rows.map((_row, index) => positionAt(positions, index)) };
}
