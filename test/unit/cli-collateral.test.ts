// keel collateral on files, and files that are refused.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collateral } from '#main/cli/collateral.ts';
import { ROOT } from '#scripts/checkout.mjs';

const file = (name: string): string => join(ROOT, 'test/fixtures/cli', `collateral-${name}.json`);

function altered(name: string, from: string, to: string): string {
  const text = readFileSync(file(name), 'utf8');
  expect(text).toContain(from);
  const path = join(mkdtempSync(join(tmpdir(), 'keel-collateral-')), `${name}.json`);
  writeFileSync(path, text.replace(from, to));
  return path;
}

async function run(accounts = file('accounts'), policy = file('policy')) {
  let text = '';
  const output = {
    result: (line: string) => {
      text += line;
    },
    say: (line: string) => expect(line).toBeUndefined(),
  };
  const code = await collateral.run(['--accounts', accounts, '--policy', policy], output);
  return {
    code,
    plan: JSON.parse(text) as {
      transfers: { from: string; to: string; usd: number }[];
      short: object;
      doNothing: string;
    },
  };
}

describe('keel collateral', () => {
  it('prints transfers that cover every pool', async () => {
    const { code, plan } = await run();
    expect(code).toBe(0);
    expect(plan.transfers.map((one) => `${one.from}-${one.to}`).sort()).toEqual(['wallet-loan', 'wallet-perps']);
    expect(plan.short).toEqual({});
  });

  it('ends with 1 where the caps leave a pool short', async () => {
    const { code, plan } = await run(file('accounts'), altered('policy', '"movedUsd": 200000', '"movedUsd": 1000'));
    expect(code).toBe(1);
    expect(Object.keys(plan.short).length).toBeGreaterThan(0);
  });

  it.each<[what: string, name: 'accounts' | 'policy', from: string, to: string, message: RegExp]>([
    ['an unknown key', 'policy', '"buffer"', '"bufer"', /policy\.json, line 6, bufer: expected no such field/],
    ['a percentage for a fraction', 'policy', '"buffer": 0.25', '"buffer": 25', /line 6, buffer: expected a fraction, such as 0\.25 for 25 %, was 25/],
    ['a fall of more than everything', 'policy', '"BTC": -0.3', '"BTC": -30', /line 4, scenarios\.1\.moves\.BTC: expected a fraction above -1, such as -0\.3, was -30/],
    ['a cap per transfer above that of all', 'policy', '"movedUsd": 200000', '"movedUsd": 100, "perTransferUsd": 500', /line 9, caps\.perTransferUsd: expected at most movedUsd, 100, was 500/],
    ['a negative cap', 'policy', '"movedUsd": 200000', '"movedUsd": -1', /line 9, caps\.movedUsd: expected USD, 0 or more, was -1/],
    ['two scenarios of one name', 'policy', '"id": "crash"', '"id": "now"', /line 4, scenarios\.1\.id: expected a name of its own/],
    ['a pool without a scenario of the policy', 'accounts', '"requirementUsd": { "now": 15000, "crash": 40000 }', '"requirementUsd": { "now": 15000 }', /accounts\.json, line 7, places\.0\.requirementUsd: expected USD for the policy's scenario crash/],
    ['a token without a price', 'accounts', '"holdings": { "BTC": 1,', '"holdings": { "SOL": 1,', /line 11, places\.1\.holdings\.SOL: expected a price of SOL in prices, was 1/],
    ['a route to nowhere', 'accounts', '"to": "perps"', '"to": "perp"', /line 23, routes\.1\.to: expected the id of a place, was "perp"/],
    ['a route of less than its least', 'accounts', '"fixedUsd": 5', '"leastUsd": 50, "mostUsd": 20', /line 22, routes\.0\.mostUsd: expected at least leastUsd, 50, was 20/],
    ['a word for a number', 'accounts', '"USDC": 20000', '"USDC": "20k"', /line 6, places\.0\.holdings\.USDC: expected number, was "20k"/],
  ])('names file, line and field of %s', async (_what, name, from, to, message) => {
    const wrong = altered(name, from, to);
    await expect(name === 'accounts' ? run(wrong) : run(file('accounts'), wrong)).rejects.toThrow(message);
  }); // biome-ignore format: one glance
});
