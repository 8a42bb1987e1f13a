import { netBook } from '#shared/risk/netting.ts';
import { type GridAxes, linspace } from '#shared/risk/problem.ts';
import type { ScenarioGrid } from '#shared/risk/report.ts';
import { jointPnl } from '#shared/risk/scenario.ts';
import { betasOf } from '#shared/risk/scenario-set.ts';
import { axis, type Command, DONE, options, usageFault, within } from './command.ts';
import { assembleState, readState, reportOf, STATE_OPTIONS } from './measure.ts';
import { readSet } from './scenario-sets.ts';

const MOST_DAYS = 3650;

type Cells = Pick<ScenarioGrid, 'spotShifts' | 'volShifts' | 'pnlUsd'>;

/** Rows are vol shifts from high to low as on screen; the first column is the shift, the head the spot shifts. */
function gridCsv(grid: Cells): string {
  const { spotShifts, volShifts, pnlUsd } = grid;
  const lines = [['vol\\spot', ...spotShifts].join(',')];
  for (let b = volShifts.length - 1; b >= 0; b--) {
    const row = pnlUsd.subarray(b * spotShifts.length, (b + 1) * spotShifts.length);
    lines.push([volShifts[b], ...row].join(','));
  }
  return lines.join('\n');
}

function axesOf(values: { readonly spot: string; readonly vol: string; readonly days: string }): GridAxes {
  const spot = axis(values.spot, '--spot');
  const vol = axis(values.vol, '--vol');
  if (spot.from <= -1) throw usageFault(`--spot: expected shifts above -1, was ${spot.from}`);
  return {
    spotShifts: linspace(spot.from, spot.to, spot.count),
    volShifts: linspace(vol.from, vol.to, vol.count),
    days: within(values.days, '--days', 0, MOST_DAYS, false),
  };
}

export const scenario: Command = {
  usage:
    'keel scenario --book BOOK.json --market MARKET.json [--spot=-0.25:0.25:41] [--vol=-0.3:0.3:21] [--days 0] [--underlying BTC | --set NAME|FILE]',
  about:
    'P&L by full revaluation over spot (relative) × vol (absolute), CSV: of one underlying, or with --set of the whole book, --spot being that of the set’s driver and the others following by its betas or correlations',
  async run(args, output) {
    const { values } = options(args, {
      ...STATE_OPTIONS,
      spot: { type: 'string', default: '-0.25:0.25:41' },
      vol: { type: 'string', default: '-0.3:0.3:21' },
      days: { type: 'string', default: '0' },
      underlying: { type: 'string' },
      set: { type: 'string' },
    });
    const axes = axesOf(values);
    if (values.set !== undefined && values.underlying !== undefined) {
      throw usageFault('--set: expected no --underlying beside it, for it moves the whole book');
    }
    const set = values.set === undefined ? null : readSet(values.set);
    const assembled = assembleState(readState(values), axes);
    if (set) {
      const { problem } = assembled;
      const pnlUsd = jointPnl(problem, netBook(problem), axes, betasOf(set, assembled));
      output.result(gridCsv({ ...axes, pnlUsd }));
      return DONE;
    }
    const { grids } = reportOf(assembled);
    const grid = values.underlying === undefined ? grids[0] : grids.find((one) => one.underlying === values.underlying);
    if (!grid) throw usageFault(`--underlying: nothing is held in ${values.underlying ?? 'any coin'}`);
    output.result(gridCsv(grid));
    return DONE;
  },
};
