import { readFileSync } from 'node:fs';
import { looksAlong, wouldHaveFired } from '#shared/control/alert-history.ts';
import { severityOf } from '#shared/control/margin-monitor.ts';
import { STANDING_STILL, timeToLiquidation } from '#shared/control/time-to-liquidation.ts';
import { defaultAxes } from '#shared/risk/problem.ts';
import { CsvTable } from '#shared/units/csv-table.ts';
import { toFault } from '#shared/units/result.ts';
import { isoSeconds } from '#shared/units/time.ts';
import { type Command, DONE, options, toJson, usageFault } from './command.ts';
import { assembleState, readState, reportOf, STATE_OPTIONS } from './measure.ts';

const COLUMNS = { required: ['open_time_ms', 'open', 'high', 'low', 'close'] } as const;
type Point = { readonly at: number; readonly spot: number };

/** Prices of a bar file: open, the extreme against the bar's direction, the other, close; a choice, bars do not say. */
function pricesOf(file: string): readonly Point[] {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (thrown) {
    throw usageFault(`${file} cannot be read: ${toFault(thrown).message}`);
  }
  const table = new CsvTable(file, COLUMNS);
  const rows = [...table.push(text), ...table.end()];
  if (rows.length === 0) throw usageFault(`${file}: expected one or more bars, was none`);
  return rows.flatMap((row) => {
    const price = (column: (typeof COLUMNS.required)[number]): number => {
      const found = row.number(column);
      if (found > 0) return found;
      throw row.wrong(column, 'a price above 0', String(found));
    };
    const at = row.number('open_time_ms');
    const [open, high, low, close] = [price('open'), price('high'), price('low'), price('close')];
    const path = close >= open ? [open, low, high, close] : [open, high, low, close];
    return path.map((spot) => ({ at, spot }));
  });
}

/** The bars' moves applied to the book's own spot: what it would have gone through. */
function pathOf(points: readonly Point[]) {
  const first = points[0]?.spot ?? Number.NaN;
  return points.map(({ at, spot }) => ({ at, factor: spot / first }));
}

function drift(text: string | undefined): number {
  const value = text === undefined ? 0 : Number(text);
  if (text !== '' && Number.isFinite(value) && Math.abs(value) <= 1) return value;
  throw usageFault(`--drift: expected a fraction per day such as -0.05, was "${text}"`);
}

export const alerts: Command = {
  usage: 'keel alerts --book BOOK.json --market MARKET.json [--bars BARS.csv] [--drift=-0.05]',
  about: 'margin severity, time to liquidation, and which alerts a history of bars would have given, as JSON',
  async run(args, output) {
    const { values } = options(args, { ...STATE_OPTIONS, bars: { type: 'string' }, drift: { type: 'string' } });
    const course = { ...STANDING_STILL, driftPerDay: drift(values.drift) };
    const assembled = assembleState(readState(values), defaultAxes());
    const times = timeToLiquidation(assembled, course);
    const pools = reportOf(assembled).pools.map((pool, p) => {
      const { account, currency, ratio, distance, distanceSigmaDays } = pool;
      const { untilLiquidation, fundingPerDayUsd, agingPerDayUsd } = times[p]!;
      const hours = untilLiquidation === null ? null : untilLiquidation / 3_600_000;
      const severity = severityOf(pool);
      return {
        account,
        currency,
        severity,
        ratio,
        distance,
        distanceSigmaDays,
        hours,
        fundingPerDayUsd,
        agingPerDayUsd,
      };
    });
    const fired =
      values.bars === undefined
        ? null
        : wouldHaveFired(looksAlong(assembled, pathOf(pricesOf(values.bars)))).map((one) => ({
            ...one,
            at: isoSeconds(one.at),
          }));
    output.result(toJson({ course, pools, ...(fired === null ? {} : { wouldHaveFired: fired }) }));
    return DONE;
  },
};
