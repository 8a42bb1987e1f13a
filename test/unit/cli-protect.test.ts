// keel protect and keel flatten on files, and policies that are refused.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flatten } from '#main/cli/flatten.ts';
import { protect } from '#main/cli/protect.ts';
import { ROOT } from '#scripts/checkout.mjs';

const BOOK = join(ROOT, 'test/fixtures/cli/book.json');
const MARKET = join(ROOT, 'test/fixtures/cli/market.json');

function policyFile(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'keel-protect-')), 'policy.json');
  writeFileSync(path, text);
  return path;
}

async function printed(command: typeof protect, args: readonly string[]): Promise<string> {
  let text = '';
  const code = await command.run(['--book', BOOK, '--market', MARKET, ...args], {
    result: (line) => {
      text += line;
    },
    say: (line) => expect(line).toBeUndefined(),
  });
  expect(code).toBe(0);
  return text;
}

describe('keel protect', () => {
  it('prints what it would do about each pool of a tight policy, and what the venue would take', async () => {
    const tight = policyFile(`{
  "rungs": { "alert": { "ratio": 0.001 }, "top-up": { "ratio": 0.002 }, "reduce": { "ratio": 0.003 } },
  "targetRatio": 0.0015
}`);
    const { proposals } = JSON.parse(await printed(protect, ['--policy', tight])) as {
      proposals: { rung: string; actions: { kind: string }[]; reasons: string[] }[];
    };
    expect(proposals[0]?.rung).toBe('reduce');
    expect(proposals[0]?.actions.map((one) => one.kind)).toEqual(['top-up', 'reduce', 'close', 'divest']);
    expect(proposals[0]?.reasons.join(' ')).toContain('Nothing is done');
  });

  it.each<[what: string, text: string, message: RegExp]>([
    ['an unknown key', '{\n "rungs": {},\n "floor": 1 }', /line 3, floor: expected no such field/],
    ['an unknown key within', '{\n "caps": {\n "topUpUSD": 5 } }', /line 3, caps\.topUpUSD: expected no such field/],
    ['a percentage for a fraction', '{\n "rungs": { "reduce": {\n "ratio": 75 } } }', /line 3, rungs\.reduce\.ratio: expected a fraction up to 1, such as 0\.65 for 65 %, was 75/],
    ['money with a unit', '{ "caps":\n { "costUsd": "10k" } }', /line 2, caps\.costUsd: expected number, was "10k"/],
    ['a rung below the one before', '{ "rungs":\n { "reduce": { "ratio": 0.6 } } }', /line 2, rungs\.reduce\.ratio: expected more than 0\.65 of top-up, was 0\.6/],
    ['a target where acting begins', '{\n\n "targetRatio": 0.7 }', /line 3, targetRatio: expected less than 0\.65, where acting begins, was 0\.7/],
    ['a cost above what is closed', '{ "caps": { "reduceUsd": 100,\n "costUsd": 500 } }', /line 2, caps\.costUsd: expected at most reduceUsd, 100/],
    ['automatic reductions of nothing', '{ "automaticUpTo": "reduce",\n "caps": { "reduceUsd": 0, "costUsd": 0 } }', /line 2, caps\.reduceUsd: expected more than 0/],
    ['a rung that is none', '{ "automaticUpTo": "panic" }', /automaticUpTo: .*"none"\|"alert"\|"top-up"/],
  ])('refuses %s, naming line and field', async (_what, text, message) => {
    await expect(printed(protect, ['--policy', policyFile(text)])).rejects.toThrow(message);
  }); // biome-ignore format: one glance
});

describe('keel flatten', () => {
  it('prints legs whose costs add up, and refuses an account that is not there', async () => {
    const plan = JSON.parse(await printed(flatten, [])) as {
      legs: { cost: { total: number }; ratioAfter: number }[];
      cost: { total: number };
      blocked: unknown[];
    };
    expect(plan.legs.length).toBeGreaterThan(3);
    expect(plan.blocked).toEqual([]);
    expect(plan.legs.reduce((sum, leg) => sum + leg.cost.total, 0)).toBeCloseTo(plan.cost.total, 6);
    expect(await printed(flatten, [])).toContain('"exits": []');
    await expect(printed(flatten, ['--account', 'nobody'])).rejects.toThrow(/no pool of account nobody/);
  });

  it('shows the way out of a loan, step by step', async () => {
    const held = {
      accounts: [{ id: 'loan', venue: 'aave', name: 'Loan', rules: 'aave-v3' }],
      instruments: [],
      positions: [],
      balances: [
        { account: 'loan', currency: 'WETH', cash: '10' },
        { account: 'loan', currency: 'USDC', cash: '-20000' },
      ],
    };
    const market = { asOf: 1_584_003_600_000, index: { WETH: 4000 }, quotes: [] };
    let text = '';
    const args = ['--book', policyFile(JSON.stringify(held)), '--market', policyFile(JSON.stringify(market))];
    const output = {
      result: (line: string) => {
        text += line;
      },
      say: (line: string) => expect(line).toBeUndefined(),
    };
    expect(await flatten.run(args, output)).toBe(0);
    const { exits } = JSON.parse(text) as {
      exits: { steps: { action: string }[]; blocked: string | null; lowestHealth: number }[];
    };
    expect(exits[0]?.blocked).toBeNull();
    expect(exits[0]?.steps[0]?.action).toBe('withdraw');
    expect(exits[0]?.lowestHealth).toBeGreaterThanOrEqual(1.1 - 1e-9);
  });
});
