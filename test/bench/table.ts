import type { Figures } from './figures.ts';

/** At most; ratios unless the name has a unit. */
export const TARGETS: Readonly<Record<string, number>> = {
  kernel_price_vs_c: 0.6,
  kernel_greeks_vs_c: 0.6,
  kernel_iv_vs_c: 0.55,
  kernel_grid_vs_c_table: 0.9,
  kernel_ts_price_vs_c: 1.15,
  kernel_ts_greeks_vs_c: 1.15,
  kernel_ts_iv_vs_c: 1.15,
  kernel_ts_grid_vs_c: 1.15,
  kernel_grid_vs_quantlib: 0.1,
  kernel_iv_vs_rational: 0.35,
  adapter_price_vs_c: 0.6,
  adapter_greeks_vs_c: 0.6,
  adapter_iv_vs_c: 0.55,
  adapter_grid_vs_c_table: 0.9,
  kernel_error_of_limit: 0.5,
  kernel_price_error_1e13: 1,
  risk_report_vs_c: 1.3,
  // 30 ms, of 900 options at the 42 ns each that plain TypeScript takes to price one.
  surface_fit_vs_pricing: 800,
  surface_outside_share: 0.05,
  surface_arbitrage_after: 0,
  surface_all_fit_vs_pricing: 800,
  surface_all_outside_share: 0.05,
  surface_all_arbitrage_after: 0,
  var_vs_pricing: 1.2,
  var_split_vs_pricing: 1.2,
  aggregate_vs_c: 2,
  accuracy_price_rel: 1e-13,
  accuracy_iv_rel: 1e-13,
  router_regressions: 0,
  router_20x1000_ms: 1,
  commit_vs_c: 1.5,
  snapshot_vs_clone: 0.07,
  deribit_ticker_vs_parse: 2,
  load_private_lost: 0,
  load_private_doubled: 0,
  load_loop_max_ms: 16,
  load_held_back_share: 0,
  load_engine_vs_parse: 1,
  frame_p99_vs_empty: 1.2,
  frame_long_tasks: 0,
  key_to_order_vs_ipc: 3,
  start_vs_empty_db: 1.3,
  window_mb: 250,
  collateral_ms: 200,
  control_loop_vs_report: 0.2,
  heap_growth_mb_per_10min: 1,
  replay_unequal: 0,
  tape_bytes_per_field: 2,
  pnl_unexplained_share: 0.01,
  pnl_unexplained_sum_apart: 1e-9,
  history_first_page_vs_point: 50,
  history_pnl_by_day_vs_duckdb: 1.5,
  history_pnl_rows_apart: 0,
  history_sessions_apart: 0,
  hedge_straddle_vs_fixed: 1,
  hedge_straddle_vs_clock: 1,
  hedge_straddle_vs_hourly: 1,
  hedge_covered_call_vs_fixed: 1,
  hedge_covered_call_vs_clock: 1,
  hedge_covered_call_vs_hourly: 1,
  hedge_lp_range_vs_fixed: 1,
  hedge_lp_range_vs_clock: 1,
  hedge_lp_range_vs_hourly: 1,
  sweep_two_vs_one: 1 / 1.8,
  replay_ticks_vs_grademark: 1 / 5,
  replay_market_data_vs_grademark: 1 / 30,
};

function verdict(figure: number | string | null, target: number | undefined): string {
  if (target === undefined) return '';
  if (typeof figure !== 'number') return 'no figure';
  return figure <= target ? 'met' : 'missed';
}

/** Figures for reading: each with its target, where it has one, and whether it is met. */
export function printTable(figures: Figures): void {
  const rows = Object.entries(figures).map(([name, figure]) => [
    name,
    figure === null ? '–' : String(figure),
    TARGETS[name] === undefined ? '' : `≤ ${TARGETS[name]}`,
    verdict(figure, TARGETS[name]),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
  }
}
