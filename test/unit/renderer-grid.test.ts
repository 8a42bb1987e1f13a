import { describe, expect, it } from 'vitest';
import { ColumnFit, figureEm } from '#renderer/ui/grid/column-fit.ts';
import { clampWidth, type GridColumn, rowWidth, tracksOf } from '#renderer/ui/grid/columns.ts';
import { moveCursor } from '#renderer/ui/grid/cursor.ts';
import { type Arrangement, linesOf, placeAmongSiblings, sameLines } from '#renderer/ui/grid/lines.ts';
import { extendSelection, keysOfLine, rowsIn, toggleKeys } from '#renderer/ui/grid/selection.ts';
import { toTsv } from '#renderer/ui/grid/tsv.ts';
import { parseGridSettings } from '#renderer/ui/grid/use-grid-settings.ts';

interface Row {
  readonly name: string;
  readonly coin: string;
  value: number;
}

const COLUMNS: readonly GridColumn<Row>[] = [
  { id: 'name', title: 'Name', meaning: '', width: 100, align: 'start', grow: true, text: (row) => row.name },
  {
    id: 'value',
    title: 'Value',
    meaning: '',
    width: 60,
    align: 'end',
    text: (row) => row.value.toFixed(1),
    order: (row) => row.value,
    raw: (row) => String(row.value),
  },
];

const BY_COIN = { key: (row: Row) => row.coin, label: (row: Row) => row.coin, order: (row: Row) => row.coin };

function rows(): Row[] {
  return [
    { name: 'a', coin: 'BTC', value: 3 },
    { name: 'b', coin: 'ETH', value: 9 },
    { name: 'c', coin: 'BTC', value: Number.NaN },
    { name: 'd', coin: 'BTC', value: 7 },
  ];
}

function arrangement(more: Partial<Arrangement<Row>> = {}): Arrangement<Row> {
  return {
    keyOf: (row) => row.name,
    columns: COLUMNS,
    groupings: [],
    sorting: null,
    shut: new Set(),
    filter: '',
    searchText: (row) => `${row.name} ${row.coin}`,
    ...more,
  };
}

const names = (lines: readonly { readonly key: string }[]): string => lines.map(({ key }) => key).join(' ');

describe('lines of a grid', () => {
  it('sort both ways and keep the unknown last', () => {
    const by = (descending: boolean) => arrangement({ sorting: { column: 'value', descending } });
    expect(names(linesOf(rows(), by(true)))).toBe('b d a c');
    expect(names(linesOf(rows(), by(false)))).toBe('a d b c');
  });

  it('never move the row under the cursor when figures change', () => {
    const data = rows();
    const sorted = arrangement({ sorting: { column: 'value', descending: true } });
    const before = linesOf(data, sorted);
    const cursor = placeAmongSiblings(before, 1);
    expect(cursor).toEqual({ key: 'd', at: 1 });
    const moved = data[3];
    if (moved) moved.value = 1;
    expect(names(linesOf(data, sorted, cursor))).toBe('b d a c');
    expect(names(linesOf(data, sorted))).toBe('b a d c');
  });

  it('put a net row over each group, fold it, and keep the order inside', () => {
    const grouped = arrangement({ groupings: [BY_COIN], sorting: { column: 'value', descending: true } });
    expect(names(linesOf(rows(), grouped))).toBe('/BTC d a c /ETH b');
    expect(names(linesOf(rows(), { ...grouped, shut: new Set(['/BTC']) }))).toBe('/BTC /ETH b');
    const [first] = linesOf(rows(), grouped);
    expect(first?.kind === 'group' && first.rows).toHaveLength(3);
  });

  it('leave out net rows over a single row where asked', () => {
    const grouped = arrangement({ groupings: [{ ...BY_COIN, elideSingle: true }] });
    expect(names(linesOf(rows(), grouped))).toBe('/BTC a c d b');
  });

  it('show rows that contain every word of the filter', () => {
    expect(names(linesOf(rows(), arrangement({ filter: 'btc d' })))).toBe('d');
    expect(linesOf(rows(), arrangement({ filter: 'sol' }))).toEqual([]);
  });

  it('know when nothing moved', () => {
    const lines = linesOf(rows(), arrangement());
    expect(sameLines(lines, linesOf(rows(), arrangement()))).toBe(true);
    expect(sameLines(lines, lines.slice(1))).toBe(false);
  });
});

describe('the cursor', () => {
  const extent = { lines: 10, columns: 4, page: 3 };
  const at = (line: number, column: number) => ({ line, column });
  const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, metaKey: false });

  it('walks by arrows into the heading row and stops at the edges', () => {
    expect(moveCursor(at(0, 0), key('ArrowUp'), extent)).toEqual(at(-1, 0));
    expect(moveCursor(at(-1, 0), key('ArrowUp'), extent)).toEqual(at(-1, 0));
    expect(moveCursor(at(9, 3), key('ArrowDown'), extent)).toEqual(at(9, 3));
    expect(moveCursor(at(4, 3), key('ArrowRight'), extent)).toEqual(at(4, 3));
  });

  it('jumps by Home, End and pages as the ARIA grid pattern says', () => {
    expect(moveCursor(at(4, 2), key('Home'), extent)).toEqual(at(4, 0));
    expect(moveCursor(at(4, 2), key('End', true), extent)).toEqual(at(9, 3));
    expect(moveCursor(at(4, 2), key('Home', true), extent)).toEqual(at(0, 0));
    expect(moveCursor(at(4, 2), key('PageDown'), extent)).toEqual(at(7, 2));
    expect(moveCursor(at(1, 2), key('PageUp'), extent)).toEqual(at(0, 2));
    expect(moveCursor(at(1, 2), key('x'), extent)).toBeNull();
  });
});

describe('selection', () => {
  const lines = linesOf(rows(), arrangement({ groupings: [BY_COIN] }));
  const keyOf = (row: Row): string => row.name;

  it('selects a whole group from its net row, and takes it back', () => {
    const group = lines[0];
    if (!group) throw new Error('no group');
    const selected = toggleKeys(new Set(), keysOfLine(group, keyOf));
    expect([...selected]).toEqual(['a', 'c', 'd']);
    expect(toggleKeys(selected, keysOfLine(group, keyOf)).size).toBe(0);
  });

  it('extends over lines without taking net rows', () => {
    expect([...extendSelection(new Set(), lines, 5, 2)]).toEqual(['c', 'd', 'b']);
    expect(rowsIn(lines)).toHaveLength(4);
  });
});

describe('columns and copying', () => {
  it('give tracks and the least width of a row', () => {
    expect(tracksOf(COLUMNS, {})).toBe('minmax(100px, 1fr) 60px');
    expect(tracksOf(COLUMNS, { name: 140 })).toBe('140px 60px');
    expect(rowWidth(COLUMNS, { value: 80 })).toBe(180);
    expect(clampWidth(3)).toBe(40);
  });

  it('copy unshortened figures as tab-separated text, without breaking rows on hostile names', () => {
    const hostile: Row = { name: 'x\ty\nz', coin: 'BTC', value: 1 / 3 };
    expect(toTsv(COLUMNS, [hostile])).toBe(`Name\tValue\nx y z\t${1 / 3}`);
  });
});

describe('figures that grow', () => {
  it('are told of once, when they are wider than any before', () => {
    const told: string[] = [];
    const fit = new ColumnFit((column) => told.push(column));
    fit.see('pnl', '+12');
    fit.see('pnl', '+13');
    fit.see('pnl', '+1,250');
    fit.see('pnl', '+9,999');
    fit.see('delta', '+1');
    expect(told).toEqual(['pnl', 'pnl', 'delta']);
  });

  it('are as wide as the face draws them: 57.7 px for seven digits and a point at 12 px', () => {
    expect(figureEm('−0.00322') * 12).toBeCloseTo(57.7, 0);
    expect(figureEm('+5,323') * 12).toBeCloseTo(42, 0);
  });
});

describe('saved settings of a grid', () => {
  it('come back as they were, with widths the grid allows', () => {
    const saved = JSON.stringify({
      widths: { name: 120, value: 9_999 },
      sorting: { column: 'value', descending: true },
    });
    expect(parseGridSettings(saved)).toEqual({
      widths: { name: 120, value: 600 },
      sorting: { column: 'value', descending: true },
    });
  });

  it('are ignored when damaged', () => {
    for (const text of ['', '{', '[]', '"x"', '{"widths":[1]}', 'null']) expect(parseGridSettings(text)).toBeNull();
    expect(parseGridSettings('{"widths":{"a":"x","b":null},"sorting":{"column":3}}')).toEqual({
      widths: {},
      sorting: null,
    });
  });
});
