import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#scripts/checkout.mjs';
import type { GreekColumns, OptionColumns } from '#shared/pricing/kernel/columns.ts';

/** The rows of test/fixtures/black76 as columns; its README says what they are. */
export interface Black76Reference {
  readonly count: number;
  readonly group: readonly string[];
  readonly options: OptionColumns;
  readonly greeks: GreekColumns;
  /** NaN where the row has none. */
  readonly vol: Float64Array;
}

export function black76Reference(): Black76Reference {
  const file = join(ROOT, 'test/fixtures/black76/reference.csv');
  const [head = [], ...rows] = readFileSync(file, 'utf8').trim().split('\n').map((line) => line.split(',')); // biome-ignore format: one glance
  const column = (name: string) =>
    Float64Array.from(rows, (row) => {
      const text = row[head.indexOf(name)];
      return text === undefined || text === '' ? Number.NaN : Number(text);
    });
  return {
    count: rows.length,
    group: rows.map((row) => row[head.indexOf('group')] ?? ''),
    options: {
      forward: column('forward'),
      strike: column('strike'),
      years: column('years'),
      vol: column('vol'),
      rate: column('rate'),
      right: Float64Array.from(rows, (row) => (row[head.indexOf('right')] === 'call' ? 1 : -1)),
    },
    greeks: {
      price: column('price'),
      delta: column('delta'),
      gamma: column('gamma'),
      vega: column('vega'),
      theta: column('theta'),
      rho: column('rho'),
      vanna: column('vanna'),
      volga: column('volga'),
      charm: column('charm'),
    },
    vol: column('iv'),
  };
}
