import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvReader, csvField } from '#shared/units/csv.ts';
import { CsvTable } from '#shared/units/csv-table.ts';

/** All records of a text given in pieces of `size` characters. */
function records(text: string, size = text.length || 1) {
  const reader = new CsvReader('in.csv');
  const found = [];
  for (let at = 0; at < text.length; at += size) found.push(...reader.push(text.slice(at, at + size)));
  return [...found, ...reader.end()];
}

const fieldsOf = (text: string, size?: number) => records(text, size).map(({ fields }) => fields);

describe('a CSV text', () => {
  it.each([
    [
      'plain',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no last line end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a byte order mark',
      '\ufeffa,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'empty lines',
      '\na,b\n\n\r\n1,2\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'empty fields',
      'a,b\n,\n',
      [
        ['a', 'b'],
        ['', ''],
      ],
    ],
    [
      'quotes',
      '"a","b ""c"""\n"1,2","x\ny"\n',
      [
        ['a', 'b "c"'],
        ['1,2', 'x\ny'],
      ],
    ],
    [
      'quotes and CRLF',
      '"a",b\r\n1,"2"\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['an empty quoted field at the end', 'a,""', [['a', '']]],
    ['nothing', '', []],
  ])('%s, however it is cut into pieces', (_what, text, expected) => {
    for (const size of [1, 2, 3, 7, 100]) expect(fieldsOf(text, size)).toEqual(expected);
  });

  it('knows the line of each record, also after quoted line ends and empty lines', () => {
    expect(records('a\n\n"x\ny"\nb\n').map(({ line }) => line)).toEqual([1, 3, 5]);
  });

  it.each([
    ['a\n"b\nc', /line 2: a quote that is not closed/],
    ['a\n"b"c\n', /line 2: a quote that does not enclose a whole field/],
    ['a\nb,c"d"\n', /line 2: a quote that does not enclose/],
  ])('refuses %j', (text, message) => {
    expect(() => records(text)).toThrow(message);
    expect(() => records(text, 1)).toThrow(message);
  });

  it('gives back what was written, in pieces of any size', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r\n', ' ', 'é'), maxLength: 6 });
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 9 }), (rows, size) => {
        const text = rows.map((row) => `${row.map(csvField).join(',')}\n`).join('');
        expect(fieldsOf(text, size)).toEqual(rows);
      }),
    );
  });
});

describe('a CSV table', () => {
  const columns = { required: ['id', 'x'], optional: ['note'] } as const;
  const rowsOf = (text: string) => {
    const table = new CsvTable('in.csv', columns);
    return [...table.push(text), ...table.end()];
  };

  it('finds its columns in any order among others', () => {
    const [row] = rowsOf('other,x,id\n9, 1.5e3 ,a\n');
    expect([row?.text('id'), row?.number('x'), row?.text('note'), row?.row, row?.line]).toEqual(['a', 1500, '', 1, 2]);
  });

  it.each([
    ['1', 1],
    ['-.5', -0.5],
    ['+2.', 2],
    ['1E-3', 0.001],
  ])('reads %s', (text, value) => {
    expect(rowsOf(`id,x\na,${text}\n`)[0]?.number('x')).toBe(value);
  });

  it.each(['', ' ', 'x', '0x10', '1 2', '1_000', '1e', '.', 'Infinity', '1e999', 'nan'])(
    'refuses %j as a number',
    (text) => {
      expect(() => rowsOf(`id,x\na,1\n\nb,${text}\n`)[1]?.number('x')).toThrow(
        /^in\.csv, row 2 \(line 4\), column x: /,
      );
    },
  );

  it('lets pass what is no number where it is asked to', () => {
    const values = rowsOf('id,x\na,NaN\nb,-inf\nc,Infinity\n').map((row) => row.anyNumber('x'));
    expect(values).toEqual([Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it('says what is wrong with a head or a row', () => {
    expect(() => rowsOf('')).toThrow(/expected a head line/);
    expect(() => rowsOf('id,y\n')).toThrow(/head \(line 1\): expected a column x, was id,y/);
    expect(() => rowsOf('id,x,x\n')).toThrow(/column x twice/);
    expect(() => rowsOf('id,x\na,1\nb,1,2\n')).toThrow(/row 2 \(line 3\), column 3: expected 2 fields .* was 3/);
    expect(() => rowsOf('id,x\nup,1\n')[0]?.oneOf('id', ['a', 'b'])).toThrow(/column id: expected a or b, was "up"/);
    expect(() => rowsOf('id,x\na,1\n')[0]?.filled('note', 'a note')).toThrow(
      /column note: expected a note, was missing/,
    );
  });
});
