import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseTape, parseTapeIndex } from '#main/venues/paper/tape.ts';

const read = (file: string): string => readFileSync(new URL(`../../resources/tapes/${file}`, import.meta.url), 'utf8');
const tapes = parseTapeIndex(read('index.json'), 'index.json').map((entry) =>
  parseTape(entry, read(entry.file), entry.file),
);

/** Protects: the shipped tapes are whole, gapless and hold the two falls the demo is about. */
describe('shipped market tapes', () => {
  it('are the two crashes, each naming its source and licence', () => {
    expect(tapes.map(({ id }) => id)).toEqual(['march-2020', 'may-2021']);
    for (const { source, licence } of tapes) {
      expect(source).toMatch(/https:\/\/github\.com\/.* commit [0-9a-f]{40}$/);
      expect(licence).toContain('Short excerpt of public prices around a historical event, source named.');
    }
  });

  // Extremes as the README of the source states them: Binance BTC/USDT low 3,782.13 on 13 March 2020 02:15 UTC;
  // 30,000 on 19 May 2021 13:00 UTC.
  it.each([
    ['march-2020', '2020-03-13T02:15:00Z', 3782.13],
    ['may-2021', '2021-05-19T13:00:00Z', 30_000],
  ])('%s reaches its low at %s', (id, at, low) => {
    const tape = tapes.find((one) => one.id === id)!;
    const lowest = tape.bars.reduce((best, bar, i) => (bar.low < tape.bars[best]!.low ? i : best), 0);
    expect(tape.bars[lowest]!.low).toBe(low);
    expect(tape.from + lowest * tape.barMs).toBe(Date.parse(at));
  });

  it.each([
    ['march-2020', '2020-03-12T09:00:00Z', 7378.84],
    ['may-2021', '2021-05-19T09:00:00Z', 40_462.39],
  ])('%s starts at %s', (id, at, open) => {
    const tape = tapes.find((one) => one.id === id)!;
    expect(tape.startAt).toBe(Date.parse(at));
    expect(tape.bars[(tape.startAt - tape.from) / tape.barMs]!.open).toBe(open);
  });
});
