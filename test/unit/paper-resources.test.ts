import { describe, expect, it } from 'vitest';
import { parseCalibration } from '#main/venues/paper/calibration.ts';
import { parseDemoBook } from '#main/venues/paper/demo-book.ts';
import { readPaperResources } from '#main/venues/paper/resources.ts';
import { parseTape, parseTapeIndex } from '#main/venues/paper/tape.ts';
import { linesOf } from '#shared/units/json-lines.ts';
import { FaultError, toFault } from '#shared/units/result.ts';
import { readResource } from '#test/fixtures/paper/market.ts';

const INDEX = 'tapes/index.json';
const entries = parseTapeIndex(readResource(INDEX), INDEX);
const march = entries.find((one) => one.id === 'march-2020')!;
const csv = readResource('tapes/march-2020.csv');

/** The tape with one line changed. */
function withLine(line: number, change: (text: string) => string): string {
  return csv
    .split('\n')
    .map((text, i) => (i === line - 1 ? change(text) : text))
    .join('\n');
}

function problemOf(action: () => unknown): string {
  try {
    action();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(FaultError);
    return toFault(thrown).message;
  }
  throw new Error('expected a fault');
}

const problem = (text: string) => problemOf(() => parseTape(march, text, 'tapes/march-2020.csv'));
const cell = (column: number, value: string) => (text: string) =>
  text
    .split(',')
    .map((old, i) => (i === column ? value : old))
    .join(',');

// A damaged tape must be refused with the place and the reason: a wrong market is worse than none.
describe('tape file', () => {
  it('is read when whole', () => {
    const tape = parseTape(march, csv, 'x.csv');
    expect(tape.bars).toHaveLength(288);
    expect(tape.bars[0]).toEqual({ open: 7894.57, high: 7927.15, low: 7865.01, close: 7916.61, volume: 534.352866 });
  });

  it('names the line and field of a price that is no number', () => {
    expect(problem(withLine(5, cell(2, 'NaN')))).toBe(
      'tapes/march-2020.csv, line 5, high: expected a plain number, was "NaN"',
    );
    expect(problem(withLine(9, cell(5, '')))).toBe(
      'tapes/march-2020.csv, line 9, volume: expected a plain number, was nothing',
    );
    expect(problem(withLine(7, cell(1, '-5')))).toMatch(/line 7, open: expected a plain number, was "-5"/);
  });

  it('names a high below the low and a close outside both', () => {
    expect(problem(withLine(3, cell(2, '7000')))).toMatch(/line 3, high: expected at least low \(7900\.53\), was 7000/);
    expect(problem(withLine(3, cell(4, '9999')))).toMatch(
      /line 3, close: expected between low 7900\.53 and high 7949\.34, was 9999/,
    );
    expect(problem(withLine(3, cell(3, '0')))).toMatch(/line 3, low: expected above 0, was 0/);
  });

  it('names time that stands still, goes back or leaves a gap', () => {
    expect(problem(withLine(4, cell(0, '1583885700000')))).toMatch(
      /line 4, open_time_ms: expected 1583886600000 .* was 1583885700000/,
    );
    const gap = csv
      .split('\n')
      .filter((_, i) => i !== 40)
      .join('\n');
    expect(problem(gap)).toMatch(/line 41, open_time_ms: expected/);
  });

  it('names a missing column and missing rows', () => {
    expect(problem(withLine(1, (text) => text.replace('low', 'bottom')))).toMatch(
      /line 1, low: expected a column named low/,
    );
    expect(problem(csv.split('\n').slice(0, 100).join('\n'))).toMatch(/line 100, rows: expected 288 bars, was 99/);
    expect(problem('')).toMatch(/line 1, open_time_ms: expected a column named open_time_ms/);
  });
});

// JSON faults name their line too: a trader edits these files by hand.
describe('JSON files', () => {
  it('knows the line of every value', () => {
    const lines = linesOf('{\n  "a": [1,\n    {"b\\"c": 2}],\n  "d": "x\\ny"\n}');
    expect(lines.get('a')).toBe(2);
    expect(lines.get('a.1.b"c')).toBe(3);
    expect(lines.get('d')).toBe(4);
  });

  it('names line and field of the demo book', () => {
    const text = readResource('demo/book-march-2020.json');
    const bad = (from: string | RegExp, to: string) =>
      problemOf(() => parseDemoBook(text.replace(from, to), 'book.json'));
    const line = text.split('\n').findIndex((one) => one.includes('BTC-PERPETUAL')) + 1;
    expect(bad(/(BTC-PERPETUAL", "quantity": )"[^"]*"/, '$1"many"')).toBe(
      `book.json, line ${line}, accounts.0.positions.${position(text)}.quantity: expected a plain decimal text such as "-12.5", was "many"`,
    );
    expect(bad('"deribit-standard"', '"portfolio"')).toMatch(/accounts\.0\.rules: .*was "portfolio"/);
    expect(bad('T08:00:00Z', 'T09:00:00Z')).toMatch(/instruments\.expiries\.0: expected a UTC time at 08:00/);
    expect(bad('"seed"', '"sead"')).toMatch(/seed: expected .*, was missing/);
    expect(problemOf(() => parseDemoBook(`${text.slice(0, 400)}]`, 'book.json'))).toMatch(
      /book\.json, line \d+, text: expected JSON/,
    );
  });

  it('names the field of a calibration that does not fit', () => {
    const text = readResource('books/calibration.json');
    const bad = text.replace('"halfSpreadBp": 0.', '"halfSpreadBp": -0.');
    expect(problemOf(() => parseCalibration(bad, 'c.json'))).toMatch(
      /c\.json, line 4, profiles\.inverse-perpetual\.halfSpreadBp/,
    );
  });

  it('names a tape that is not there and a file that cannot be read', () => {
    expect(problemOf(() => readPaperResources(readResource, 'june-2022'))).toMatch(
      /no tape is called "june-2022"; there are march-2020, may-2021/,
    );
    const read = (name: string) => {
      if (name.startsWith('books')) throw new Error('no such file');
      return readResource(name);
    };
    expect(problemOf(() => readPaperResources(read, 'may-2021'))).toBe(
      'books/calibration.json: cannot be read (no such file)',
    );
  });
});

function position(text: string): number {
  const book = parseDemoBook(text, 'b');
  return book.accounts[0]!.positions.findIndex((one) => one.instrument === 'BTC-PERPETUAL');
}
