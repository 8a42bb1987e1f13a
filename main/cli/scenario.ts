import { linspace } from '#shared/risk/problem.ts';
import type { ScenarioGrid } from '#shared/risk/report.ts';
import { axis, type Command, DONE, options, usageFault } from './command.ts';
import { assembleState, readState, reportOf, STATE_OPTIONS } from './measure.ts';

/** Rows are vol shifts from high to low as on screen; the first column is the shift, the head the spot shifts. */
export function gridCsv(grid: ScenarioGrid): string {
  const { spotShifts, volShifts, pnlUsd } = grid;
  const lines = [['vol\\spot', ...spotShifts].join(',')];
  for (let b = volShifts.length - 1; b >= 0; b--) {
    const row = pnlUsd.subarray(b * spotShifts.length, (b + 1) * spotShifts.length);
    lines.push([volShifts[b], ...row].join(','));
  }
  return lines.join('\n');
}

export const scenario: Command = {
  usage:
    'keel scenario --book BOOK.json --market MARKET.json [--spot=-0.25:0.25:41] [--vol=-0.3:0.3:21] [--days 0] [--underlying BTC]',
  about: 'P&L by full revaluation over spot (relative) × vol (absolute), CSV',
  async run(args, output) {
    const { values } = options(args, {
      ...STATE_OPTIONS,
      spot: { type: 'string', default: '-0.25:0.25:41' },
      vol: { type: 'string', default: '-0.3:0.3:21' },
      days: { type: 'string', default: '0' },
      underlying: { type: 'string' },
    });
    const spot = axis(values.spot, '--spot');
    const vol = axis(values.vol, '--vol');
    const days = Number(values.days);
    if (!Number.isFinite(days) || days < 0)
      throw usageFault(`--days: expected a number of 0 or more, was "${values.days}"`);
    if (spot.from <= -1) throw usageFault(`--spot: expected shifts above -1, was ${spot.from}`);
    const axes = {
      spotShifts: linspace(spot.from, spot.to, spot.count),
      volShifts: linspace(vol.from, vol.to, vol.count),
      days,
    };
    const { grids } = reportOf(assembleState(readState(values), axes));
    const grid = values.underlying === undefined ? grids[0] : grids.find((one) => one.underlying === values.underlying);
    if (!grid) throw usageFault(`--underlying: nothing is held in ${values.underlying ?? 'any coin'}`);
    output.result(gridCsv(grid));
    return DONE;
  },
};
