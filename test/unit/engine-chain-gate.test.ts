// The gate for steps on chains: each limit one step below, at and one above it, what is missing refuses, and what takes
// risk off passes while the rest is held back.
import { describe, expect, it } from 'vitest';
import { CHAIN_LIMITS, type ChainGateContext, judgeStep } from '#main/engine/gate/chain-gate.ts';
import { CHAIN_CAPABILITIES } from '#main/venues/evm/capabilities.ts';
import type { ChainStep, StepPreview } from '#shared/domain/chain-step.ts';
import type { Transaction } from '#shared/domain/transaction.ts';
import { decimal, ZERO } from '#shared/units/decimal.ts';
import { fault } from '#shared/units/result.ts';

const NOW = 1_000_000;
const active = fault('active', 'nothing holds trading back');
const loan = (action: 'supply' | 'withdraw' | 'borrow' | 'repay'): ChainStep => ({
  kind: 'loan', venue: 'aave', action, token: 'WETH', quantity: decimal(1),
}); // biome-ignore format: one glance
const gas = (usd: number | null) => ({ units: 100_000, coins: decimal('0.001'), usd });
const PREVIEW: StepPreview = {
  step: loan('borrow'), chain: 'local', block: 7, asOf: NOW, valueUsd: 100, gas: gas(1), health: { before: 2, after: 1.5 },
  slippage: null, changes: new Map(), warnings: [], refusal: null,
}; // biome-ignore format: one glance
const CONTEXT: ChainGateContext = {
  now: NOW,
  limits: CHAIN_LIMITS,
  trading: { state: 'ACTIVE', reason: active, reductions: true, conditions: [] },
  keys: { state: 'ARMED', reason: active, accounts: ['loan'], budget: null, usedUsd: ZERO, leftUsd: null, until: null },
  account: 'loan',
  preview: PREVIEW,
  open: [],
  mandate: null,
  venue: { status: 'live', reconciled: true, capabilities: { ...CHAIN_CAPABILITIES, takesSteps: true } },
  underWay: [],
};
const codeOf = (preview: Partial<StepPreview>, more: Partial<ChainGateContext> = {}): string =>
  judgeStep({ ...CONTEXT, ...more, preview: { ...PREVIEW, ...preview } }).denial?.code ?? 'passed';

describe('the gate for steps on chains', () => {
  const { stepUsd, gasUsd, leastHealth, slippage, staleMs } = CHAIN_LIMITS;

  it.each<readonly [string, readonly Partial<StepPreview>[], Partial<StepPreview>]>([
    ['step-value', [{ valueUsd: stepUsd - 0.01 }, { valueUsd: stepUsd }], { valueUsd: stepUsd + 0.01 }],
    ['gas-cost', [{ gas: gas(gasUsd - 0.01) }, { gas: gas(gasUsd) }], { gas: gas(gasUsd + 0.01) }],
    ['slippage', [{ slippage: slippage - 1e-9 }, { slippage }], { slippage: slippage + 1e-9 }],
    ['stale-block', [{ asOf: NOW - staleMs + 1 }, { asOf: NOW - staleMs }], { asOf: NOW - staleMs - 1 }],
    [
      'health-factor',
      [{ health: { before: 2, after: leastHealth + 1e-9 } }, { health: { before: 2, after: leastHealth } }],
      { health: { before: 2, after: leastHealth - 1e-9 } },
    ],
  ])('holds at its limit: %s', (code, within, beyond) => {
    for (const one of within) expect(codeOf(one)).toBe('passed');
    expect(codeOf(beyond)).toBe(code);
  });

  it('refuses what is not a number, and what is not known', () => {
    expect(codeOf({ valueUsd: Number.NaN })).toBe('step-value');
    expect(codeOf({ slippage: Number.NaN })).toBe('slippage');
    expect(codeOf({ health: { before: 2, after: Number.NaN } })).toBe('health-factor');
    expect(codeOf({ gas: gas(Number.NaN) })).toBe('gas-cost');
    expect(codeOf({ gas: gas(null) })).toBe('gas-unknown');
    expect(codeOf({ gas: null })).toBe('gas-unknown');
    expect(codeOf({ asOf: Number.NaN })).toBe('stale-block');
  });

  it('lets a health factor below the limit rise, and one without debt be', () => {
    expect(codeOf({ health: { before: 0.98, after: 1.02 } })).toBe('passed');
    expect(codeOf({ health: { before: 1.02, after: 1.02 } })).toBe('health-factor');
    expect(codeOf({ health: { before: 1.5, after: null } })).toBe('passed');
  });

  it('lets pass what takes risk off, and nothing else, while reductions are all that may', () => {
    const reason = fault('risk-late', 'no risk report');
    const reducing = { trading: { state: 'REDUCING', reason, reductions: true, conditions: [] } } as const;
    const halted = { trading: { state: 'HALTED', reason, reductions: false, conditions: [] } } as const;
    const own = { kind: 'range', venue: 'uniswap', position: '1' } as const;
    const off: readonly ChainStep[] = [
      loan('supply'),
      loan('repay'),
      { ...own, action: 'collect' },
      { ...own, action: 'burn' },
    ];
    const on: readonly ChainStep[] = [loan('borrow'), loan('withdraw')];
    expect(off.map((step) => codeOf({ step }, reducing))).toEqual(off.map(() => 'passed'));
    expect(on.map((step) => codeOf({ step }, reducing))).toEqual(on.map(() => 'trading-reducing'));
    expect([...off, ...on].map((step) => codeOf({ step }, halted))).toEqual(
      [...off, ...on].map(() => 'trading-halted'),
    );
  });

  it('waits for what is unaccounted for, and not for what is on its way', () => {
    const out = (state: Transaction['state']): Transaction => ({
      id: 't', chain: 'local', from: '0xa', to: '0xb', input: '0x', value: ZERO, about: 'a gift', nonce: 7, gas: 21_000,
      state, attempts: [], inclusion: null, reason: null, createdAt: 0, updatedAt: 0,
    }); // biome-ignore format: one glance
    expect(codeOf({}, { open: [out('SENT'), out('MINED')] })).toBe('passed');
    expect(codeOf({}, { open: [out('SENT'), out('UNKNOWN')] })).toBe('unknown-transaction');
    expect(codeOf({}, { open: [out('REORGED')] })).toBe('unknown-transaction');
  });
});
