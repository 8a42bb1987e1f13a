// Whatever a node answers, through viem: a sound value or the one typed error; a block without a time, a receipt without a
// status and an event without a block prove nothing.
import { describe, expect, it } from 'vitest';
import { hashText, seededStream } from '#shared/market/seeded.ts';
import { judgedLater, mutated } from '#test/support/hostile-payloads.ts';
import { CHAIN } from '#test/support/parsers/chain.ts';
import { trials } from '#test/support/trials.ts';

const MUTANTS = trials(150);

describe('answers of a node', () => {
  it.each(Object.entries(CHAIN))('%s: a sound value or the one error', async (name, [sample, read]) => {
    const draw = seededStream(hashText(name), 1);
    expect(await judgedLater(() => read(sample), [])).toBe('read');
    const verdicts = { read: 0, refused: 0 };
    for (let i = 0; i < MUTANTS; i++) {
      const payload: unknown = JSON.parse(JSON.stringify(mutated(sample, draw)) ?? 'null');
      verdicts[await judgedLater(() => read(payload), ['chain'])] += 1;
    }
    expect(verdicts.refused).toBeGreaterThan(MUTANTS / 10);
  });

  it.each([
    ['chain block', 'timestamp', '1e308'],
    ['chain block', 'hash', '0x'],
    ['chain receipt', 'status', null],
    ['chain receipt', 'blockNumber', null],
  ])('%s with %s %s is refused', async (name, field, value) => {
    const [sample, read] = CHAIN[name]!;
    const payload = { ...(sample as object), [field]: value };
    expect(await judgedLater(() => read(payload), ['chain'])).toBe('refused');
  });

  it('an event without a block is refused', async () => {
    const [sample, read] = CHAIN['chain logs']!;
    const payload = (sample as readonly object[]).map((one) => ({ ...one, blockNumber: null }));
    expect(await judgedLater(() => read(payload), ['chain'])).toBe('refused');
  });
});
