import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { margin } from '#main/cli/margin.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { MARGIN_RULES, type MarginRules } from '#shared/domain/account.ts';

const file = (name: string): string => join(ROOT, `test/fixtures/cli/account-${name}.json`);

interface Printed {
  readonly rules: string;
  readonly equity: number;
  readonly marginBalance: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  readonly available: number;
  readonly ratio: number | null;
  readonly healthFactor?: number | null;
  readonly liquidation: Record<string, { below: number | null; above: number | null }>;
  readonly positions: { liquidationPrice: number | null; maintenanceMargin: number | null }[];
  readonly details: Record<string, number>;
  readonly after?: Printed;
  readonly parameters: { asOf: string; source: string; priceRange?: number };
}

async function printed(rules: MarginRules, path: string): Promise<Printed> {
  let text = '';
  const code = await margin.run(['--rules', rules, '--account', path], {
    result: (line) => {
      text += line;
    },
    say: (line) => expect(line).toBe(undefined),
  });
  expect(code).toBe(0);
  return JSON.parse(text) as Printed;
}

/** A fixture with one text in the place of another. */
function altered(name: string, from: string, to: string): string {
  const text = readFileSync(file(name), 'utf8');
  expect(text).toContain(from);
  const path = join(mkdtempSync(join(tmpdir(), 'keel-margin-')), 'account.json');
  writeFileSync(path, text.replace(from, to));
  return path;
}

const refused = (rules: MarginRules, path: string) => expect(printed(rules, path)).rejects;

describe('keel margin', () => {
  const fitting: Readonly<Record<MarginRules, string>> = {
    'deribit-standard': 'coin',
    'deribit-portfolio': 'coin',
    'derive-standard': 'derive',
    'derive-portfolio': 'derive',
    hyperliquid: 'dollars',
    'perp-v2': 'dollars',
    'aave-v3': 'aave',
  };

  it.each(MARGIN_RULES)('prints margins and what they come from under %s', async (rules) => {
    const found = await printed(rules, file(fitting[rules]));
    expect(found.rules).toBe(rules);
    expect(found.initialMargin).toBeGreaterThanOrEqual(found.maintenanceMargin);
    expect(found.maintenanceMargin).toBeGreaterThan(0);
    expect(found.available).toBeCloseTo(found.marginBalance - found.initialMargin, 9);
    expect(found.ratio).toBeCloseTo(found.maintenanceMargin / found.marginBalance, 12);
    expect(found.parameters.asOf).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(found.parameters.source).not.toBe('');
  });

  it('prints the health factor, its price of liquidation, and both after the steps', async () => {
    const found = await printed('aave-v3', file('aave'));
    expect(found.healthFactor).toBeCloseTo(0.9625, 12);
    expect(found.details.maximumLiquidatable).toBeCloseTo(15_000, 6);
    expect(found.after?.healthFactor).toBeCloseTo(1.2705, 12);
    expect(found.after?.liquidation.WETH?.below).toBeCloseTo(3500 / 1.2705, 8);
  });

  it('takes a token’s own terms before those of the rule set', async () => {
    // 10 WETH at 3,500 with a threshold of 0.9 against 30,000.
    const own = altered('aave', '"quantity": 10 }', '"quantity": 10, "ltv": 0.85, "threshold": 0.9 }');
    const found = await printed('aave-v3', own);
    expect(found.healthFactor).toBeCloseTo((10 * 3_500 * 0.9) / 30_000, 12);
    expect(found.available).toBeCloseTo(10 * 3_500 * 0.85 - 30_000, 8);
  });

  it('prints isolated positions beside the cross pool, each with its price', async () => {
    const found = await printed('hyperliquid', file('dollars'));
    expect(found.equity).toBe(5000);
    expect(found.maintenanceMargin).toBeCloseTo(20_000 / 50, 9);
    expect(found.positions[1]?.liquidationPrice).toBeCloseTo(91_139.24, 2);
    expect(found.positions[0]?.liquidationPrice).toBeCloseTo(found.liquidation.ETH?.above ?? Number.NaN, 6);
  });

  it('asks less of a short put once a lower one is bought, where positions are judged together', async () => {
    const together = await printed('deribit-portfolio', file('coin'));
    expect(together.after?.initialMargin).toBeLessThan(together.initialMargin);
    const apart = await printed('deribit-standard', file('coin'));
    expect(apart.after?.initialMargin).toBeCloseTo(apart.initialMargin, 12);
  });

  it('takes figures of the file in the place of the standard ones', async () => {
    const wider = altered(
      'coin',
      '"cash": 0.5,',
      '"cash": 0.5, "parameters": { "pairs": { "BTC": { "priceRange": 0.2 } } },',
    );
    const standard = await printed('deribit-portfolio', file('coin'));
    expect((await printed('deribit-portfolio', wider)).initialMargin).toBeGreaterThan(standard.initialMargin);
  });
});

describe('keel margin on what it cannot use', () => {
  it.each<[what: string, rules: MarginRules, name: string, from: string, to: string, message: RegExp]>([
    ['a word for a number', 'deribit-standard', 'coin', '"cash": 0.5', '"cash": "0.5"', /line 4, cash: expected number, was "0.5"/],
    ['an unknown field', 'hyperliquid', 'dollars', '"leverage": 10 }', '"lever": 10 }', /line 6, positions\.0\.lever: expected no such field, was 10/],
    ['a rule set’s unknown kind', 'hyperliquid', 'derive', '"cash"', '"cash"', /line 8, positions\.0\.kind: expected perpetual under these rules, was "option"/],
    ['collateral where there is none', 'hyperliquid', 'aave', '"cur', '"cur', /line 4, collateral: expected none under these rules/],
    ['an index that is missing', 'derive-standard', 'derive', '"ETH": 2681', '"XRP": 2681', /line 5, index: expected an index of ETH/],
    ['a second coin', 'derive-portfolio', 'dollars', '"leverage": 10', '"confidence": 1', /line 8, positions\.1\.underlying: expected ETH: one coin/],
    ['an expiry without a moment', 'deribit-portfolio', 'coin', '"asOf": "2024-06-17T11:11:52Z",', '', /asOf: expected a moment, since an expiry is given as one, was missing/],
    ['a mark without a vol', 'deribit-portfolio', 'coin', '"mark": 0.0085', '"mark": 1.5', /line 11, positions\.1\.vol: expected a vol, since the mark has none/],
    ['a linear contract in a coin account', 'deribit-standard', 'coin', '"payoff": "inverse",', '"payoff": "linear",', /positions\.0\.payoff: expected inverse, as the account is in BTC/],
    ['an unknown parameter', 'aave-v3', 'aave', '"ltv": 0.8', '"lvt": 0.8', /line 6, parameters\.reserves\.WETH\.lvt: expected one of ltv, threshold, bonus, was 0\.8/],
    ['a parameter of another kind', 'aave-v3', 'aave', '"ltv": 0.8', '"ltv": "80%"', /parameters\.reserves\.WETH\.ltv: expected a number, was "80%"/],
    ['an e-mode category there is none of', 'aave-v3', 'aave', '"currency": "USD",', '"currency": "USD", "emode": "BTC",', /line 2, emode: expected one of default, ETH, was "BTC"/],
    ['a price out of all bounds', 'hyperliquid', 'dollars', '"mark": 2000,', '"mark": 2e40,', /line 6, positions\.0\.mark: .*1000000000000000/],
    ['a coin called constructor', 'hyperliquid', 'dollars', '"underlying": "ETH"', '"underlying": "constructor"', /line 4, index: expected an index of constructor/],
    ['own terms that are upside down', 'aave-v3', 'aave', '"quantity": 10 }', '"quantity": 10, "ltv": 0.9, "threshold": 0.8 }', /line 4, collateral\.0\.ltv: expected at most the threshold, 0\.8, was 0\.9/],
    ['own terms where nothing is lent', 'derive-standard', 'derive', '"price": 0.9997', '"price": 0.9997, "threshold": 0.8', /collateral\.0\.threshold: expected none under these rules, was 0\.8/],
    ['a price that is nowhere', 'aave-v3', 'aave', '{ "WETH": 3500 }', '{}', /line 4, collateral\.0\.price: expected a price, or an index of WETH, was missing/],
  ])('names file, line and field of %s', async (_what, rules, name, from, to, message) => {
    await refused(rules, altered(name, from, to)).toThrow(message);
  }); // biome-ignore format: one glance

  it('ends with exit 2, one line and nothing on standard output', () => {
    const keel = (args: readonly string[]) =>
      spawnSync(process.execPath, [join(ROOT, 'main/cli/keel.ts'), 'margin', ...args], { encoding: 'utf8' });
    const unknown = keel(['--rules', 'span', '--account', file('coin')]);
    expect(unknown.status).toBe(2);
    expect(unknown.stdout).toBe('');
    expect(unknown.stderr).toMatch(
      /^keel margin: --rules: expected one of deribit-standard, .*aave-v3, perp-v2, was "span"\n$/,
    );
  });
});
