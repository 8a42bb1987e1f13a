import { positionAt, type RiskReport } from '#shared/risk/report.ts';
import { isoSeconds } from '#shared/units/time.ts';

const MINUS = '−';

/** Signed, thousands separated, no negative zero; "—" where there is no figure. */
export function signed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return '—';
  const text = Math.abs(value)
    .toFixed(decimals)
    .replace(/\B(?=(\d{3})+(?!\d))/g, (comma, _group, offset: number, whole: string) =>
      whole.lastIndexOf('.', offset) >= 0 && offset > whole.indexOf('.') && whole.includes('.') ? '' : `${comma},`,
    );
  const zero = Number(value.toFixed(decimals)) === 0;
  return zero ? text : `${value < 0 ? MINUS : '+'}${text}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

function positions(report: RiskReport): string {
  const head = ['instrument', 'account', 'qty', 'mark', 'uPnL USD', 'delta', 'gamma', 'vega', 'theta', 'liq dist %'];
  const rows = report.positions.rows.map((row, index) => {
    const figures = positionAt(report.positions, index);
    const name =
      row.instrument === null ? `${row.currency} cash` : row.instrument.slice(row.instrument.indexOf(':') + 1);
    return [
      name,
      row.account,
      signed(figures.quantity, 3),
      figures.mark.toFixed(4),
      signed(figures.unrealisedUsd, 0),
      signed(figures.delta, 3),
      signed(figures.gamma, 6),
      signed(figures.vega, 1),
      signed(figures.theta, 1),
      signed(figures.liquidationDistance * 100, 1),
    ];
  });
  return table([head, ...rows]);
}

function exposures(report: RiskReport): string {
  const head = ['net over', 'value USD', 'uPnL USD', 'delta', 'gamma', 'vega', 'theta'];
  const rows = report.exposures.map((one) => [
    `${one.by} ${one.key}`,
    signed(one.valueUsd, 0),
    signed(one.unrealisedUsd, 0),
    signed(one.delta, 3),
    signed(one.gamma, 6),
    signed(one.vega, 1),
    signed(one.theta, 1),
  ]);
  return table([head, ...rows]);
}

function pools(report: RiskReport): string {
  const head = [
    'margin pool',
    'rules',
    'equity',
    'balance',
    'initial',
    'maintenance',
    'ratio',
    'liquidation below',
    'above',
  ];
  const price = (value: number | null): string => (value === null ? '—' : value.toFixed(0));
  const rows = report.pools.map((pool) => [
    `${pool.account} ${pool.currency}`,
    pool.rules,
    pool.equity.toFixed(3),
    pool.marginBalance.toFixed(3),
    pool.initialMargin.toFixed(3),
    pool.maintenanceMargin.toFixed(3),
    pool.ratio.toFixed(3),
    price(pool.liquidationBelow),
    price(pool.liquidationAbove),
  ]);
  return table([head, ...rows]);
}

/** The risk report as a table for a terminal without a window. */
export function reportTable(report: RiskReport): string {
  const spots = Object.entries(report.spot).map(([coin, index]) => `${coin} ${index.toFixed(2)}`);
  const worst = report.grids.map(
    (grid) => `worst cell of ${grid.underlying}: ${signed(grid.pnlUsd[grid.worst] ?? Number.NaN, 0)} USD`,
  );
  const head = `risk report ${report.seq} as of ${isoSeconds(report.asOf)}   ${spots.join('   ')}   ${worst.join('   ')}`;
  return [head, positions(report), exposures(report), pools(report)].join('\n\n');
}
