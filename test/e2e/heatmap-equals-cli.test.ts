import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  closeDesk,
  type Desk,
  figure,
  metric,
  openSession,
  PATIENCE,
  told,
  until,
} from '#test/support/electron-desk.ts';
import { keelCommand } from '#test/support/electron-journal.ts';
import { goTo, press } from '#test/support/keyboard.ts';

interface Csv {
  readonly spots: readonly number[];
  /** Highest vol first, as on screen. */
  readonly rows: readonly { readonly vol: number; readonly pnl: readonly number[] }[];
}

function parseCsv(text: string): Csv {
  const [head = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return {
    spots: head.slice(1).map(Number),
    rows: rows.map(([vol, ...pnl]) => ({ vol: Number(vol), pnl: pnl.map(Number) })),
  };
}

interface Shown {
  readonly columns: readonly string[];
  readonly heads: readonly string[];
  readonly cells: readonly (readonly string[])[];
  readonly caption: string;
}

/** The map's table view, as texts. */
function shownTable(window: Page): Promise<Shown | null> {
  return window.evaluate(() => {
    const table = document.querySelector('section[data-panel="risk"] table');
    if (!table) return null;
    const texts = (nodes: Iterable<Element>): string[] => [...nodes].map((one) => one.textContent?.trim() ?? '');
    const lines = [...table.querySelectorAll('tbody tr')];
    return {
      caption: table.querySelector('caption')?.textContent ?? '',
      columns: texts(table.querySelectorAll('thead th')).slice(1),
      heads: lines.map((line) => line.querySelector('th')?.textContent?.trim() ?? ''),
      // A mark of liquidations may follow the figure.
      cells: lines.map((line) => texts(line.querySelectorAll('td')).map((text) => text.split(/[◆ ]/)[0] ?? '')),
    };
  });
}

/** Cells that differ from the command line's by more than the rounding of what is shown. */
function differences(shown: Shown | null, csv: Csv): readonly string[] {
  if (!shown) return ['there is no table'];
  const scale = shown.caption.includes('kUSD') ? 1000 : 1;
  return csv.rows.flatMap(({ vol, pnl }, row) =>
    pnl.flatMap((expected, column) => {
      const text = shown.cells[row]?.[column] ?? '';
      const decimals = text.split('.')[1]?.length ?? 0;
      const rounding = (0.5 / 10 ** decimals) * scale * (1 + 1e-9);
      const right = Math.abs(figure(text) * scale - expected) <= rounding;
      return right ? [] : [`vol ${vol}, spot ${csv.spots[column]}: shown ${text}, expected ${expected}`];
    }),
  );
}

/** Largest difference between two grids, relative to the larger of the two figures (to a dollar below one). */
function worstDifference(grid: { readonly pnlUsd: Float64Array; readonly width: number }, csv: Csv): number {
  const count = csv.rows.length;
  return Math.max(
    ...csv.rows.flatMap(({ pnl }, row) =>
      pnl.map((expected, column) => {
        const found = grid.pnlUsd[(count - 1 - row) * grid.width + column] ?? Number.NaN;
        return Math.abs(found - expected) / Math.max(Math.abs(expected), Math.abs(found), 1);
      }),
    ),
  );
}

/** The window and the command line must tell one story about one book: same state, same figures, cell by cell. */
describe('the heatmap and `keel scenario`', () => {
  let desk: Desk;
  let window: Page;
  let files: readonly string[];

  beforeAll(async () => {
    desk = await openSession({ speed: 900 });
    window = desk.window;
    const start = (await told(window, 'tape.control', {})).now;
    // An hour and a half into the day the book has moved away from where it began.
    const now = async () => (await told(window, 'tape.control', {})).now;
    await until('the tape', now, (at) => at > start + 5_400_000);
    await told(window, 'tape.control', { paused: true });
    // What was under way when the tape stopped still arrives: twice the same state is the state.
    let seen = '';
    await until('a market that stands still', exportState, (state) => {
      const same = state === seen;
      seen = state;
      return same;
    });
  });
  afterAll(() => closeDesk(desk));

  /** Exports book and market and answers them as one text. */
  async function exportState(): Promise<string> {
    const { file } = await told(window, 'app.export', { what: 'state' });
    files = ['--book', file, '--market', file.replace(/book-([^/\\]*)$/, 'market-$1')];
    return files.map((one) => (one.startsWith('--') ? one : readFileSync(one, 'utf8'))).join('\n');
  }

  async function scenario(...args: readonly string[]): Promise<Csv> {
    const { code, out, err } = await keelCommand('scenario', ...files, ...args);
    expect(err).toBe('');
    expect(code).toBe(0);
    return parseCsv(out);
  }

  test('every cell of the table view is what the command line says', async () => {
    const csv = await scenario();
    expect([csv.spots.length, csv.rows.length]).toEqual([41, 21]);
    await goTo(window, 'risk');
    await press(window, 't');
    await expect.poll(async () => differences(await shownTable(window), csv), PATIENCE).toEqual([]);
    const shown = await shownTable(window);
    expect(shown?.columns.map(figure)).toEqual(csv.spots.map((one) => Number((one * 100).toFixed(1))));
    expect(shown?.heads.map(figure)).toEqual(csv.rows.map((one) => Number((one.vol * 100).toFixed(1))));
    // Not a map of zeros.
    expect(new Set(csv.rows.flatMap((row) => row.pnl)).size).toBeGreaterThan(800);
  });

  test.each([
    { title: 'the default map', spot: [-0.25, 0.25, 41], vol: [-0.3, 0.3, 21], days: 0 },
    { title: 'a wide one three days later', spot: [-0.8, 0.8, 33], vol: [-0.3, 1, 14], days: 3 },
  ] as const)('main computes the same grid: $title', async ({ spot, vol, days }) => {
    const axis = ([from, to, count]: readonly [number, number, number]) => ({ from, to, count });
    const question = { underlying: 'BTC', spot: axis(spot), vol: axis(vol), days, line: null };
    const { base } = await told(window, 'risk.scenario', question);
    const csv = await scenario(`--spot=${spot.join(':')}`, `--vol=${vol.join(':')}`, '--days', String(days));
    expect(csv.spots).toEqual([...base.spotShifts]);
    expect(csv.rows.map((row) => row.vol)).toEqual([...base.volShifts].reverse());
    expect(worstDifference({ pnlUsd: base.pnlUsd, width: base.spotShifts.length }, csv)).toBeLessThan(1e-9);
  });

  test('the header has the Greeks of `keel risk`', async () => {
    const { out } = await keelCommand('risk', ...files);
    const { exposures } = JSON.parse(out) as { exposures: { by: string; key: string; delta: number; vega: number }[] };
    const btc = exposures.find((one) => one.by === 'underlying' && one.key === 'BTC');
    expect(figure(await metric(window, 'Net Δ').innerText())).toBeCloseTo(btc?.delta ?? Number.NaN, 3);
    expect(figure(await metric(window, 'Vega').innerText())).toBe(Math.round(btc?.vega ?? Number.NaN));
  });

  test('the exported files are the book on screen', async () => {
    const [, book = ''] = files;
    const { positions, balances } = JSON.parse(readFileSync(book, 'utf8')) as {
      positions: unknown[];
      balances: unknown[];
    };
    expect(positions.length).toBeGreaterThan(8);
    expect(balances.length).toBeGreaterThanOrEqual(4);
  });
});
