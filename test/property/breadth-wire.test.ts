// Whatever Derive or a class of ccxt sends, reading it gives a sound value or the one typed error that names the field:
// nothing else is thrown, nothing of the payload runs, and no number comes out that is none.
import { describe, expect, it } from 'vitest';
import { hashText, seededStream } from '#shared/market/seeded.ts';
import { judged, mutated } from '#test/support/hostile-payloads.ts';
import { BREADTH } from '#test/support/parsers/breadth.ts';
import { trials } from '#test/support/trials.ts';

const MUTANTS = trials(400);

describe('payloads of Derive and ccxt', () => {
  it.each(Object.entries(BREADTH))('%s: a sound value or the one error', (name, [sample, read]) => {
    const draw = seededStream(hashText(name), 1);
    expect(judged(() => read(sample))).toBe('read');
    const verdicts = { read: 0, refused: 0 };
    for (let i = 0; i < MUTANTS; i++) {
      const text = JSON.stringify(mutated(sample, draw)) ?? 'null';
      verdicts[judged(() => read(JSON.parse(text)))] += 1;
    }
    expect(verdicts.refused).toBeGreaterThan(MUTANTS / 10);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
