// keel range on a file, and files that are refused.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { range } from '#main/cli/range.ts';

const POOL = '"pool": { "dailyVolume": 5e8, "feeTier": 0.0005, "activeLiquidity": 1e6 }';

async function printed(fields: string): Promise<{ chosen: string; actions: { choice: string }[]; lossRate: number }> {
  const path = join(mkdtempSync(join(tmpdir(), 'keel-range-')), 'range.json');
  writeFileSync(path, `{\n${fields},\n${POOL} }`);
  let text = '';
  const output = {
    result: (line: string) => {
      text += line;
    },
    say: (line: string) => expect(line).toBeUndefined(),
  };
  expect(await range.run(['--position', path], output)).toBe(0);
  return JSON.parse(text);
}

describe('keel range', () => {
  it('prints all ways with the loss rate', async () => {
    const found = await printed('"liquidity": 3000, "lower": 1, "upper": 1e9, "price": 2000, "vol": 0.8');
    expect(found.actions.map((one) => one.choice).sort()).toEqual(['hedge', 'leave', 're-centre', 'withdraw']);
    // Nearly unbounded: σ²/8.
    expect(found.lossRate).toBeCloseTo(0.08, 2);
  });

  it.each<[what: string, fields: string, message: RegExp]>([
    ['bounds the wrong way round', '"liquidity": 3, "lower": 2000,\n"upper": 1000, "price": 1, "vol": 1', /line 3, upper: expected more than lower, 2000, was 1000/],
    ['a vol in percent', '"liquidity": 3, "lower": 1, "upper": 2, "price": 1,\n"vol": 65', /line 3, vol: expected a fraction, such as 0\.65 for 65 %, was 65/],
    ['an unknown key', '"liquidity": 3, "lower": 1, "upper": 2, "price": 1, "vol": 1,\n"policy": { "gasUsd": 1 }', /line 3, policy\.gasUsd: expected no such field/],
  ])('refuses %s, naming line and field', async (_what, fields, message) => {
    await expect(printed(fields)).rejects.toThrow(message);
  }); // biome-ignore format: one glance
});
