import { describe, expect, it } from 'vitest';
import { DEFAULT_BUDGET, type Mandate, UNUSED } from '#shared/domain/automation.ts';
import { ZERO } from '#shared/units/decimal.ts';
import { codeOf, MANDATE } from '#test/support/gate.ts';

describe('gate: orders of a rule', () => {
  const safe = { state: 'SAFE' as const, reason: { code: 'started', message: '' }, accounts: [], budget: null };
  const keys = { ...safe, usedUsd: ZERO, leftUsd: null, until: null };
  const rule = (more: Partial<Mandate['rule']>): Mandate => ({ ...MANDATE, rule: { ...MANDATE.rule, ...more } });

  it('need no armed keys but the mandate of a rule that is automatic, on this underlying', () => {
    expect(codeOf({}, { keys })).toBe('keys-safe');
    expect(codeOf({}, { keys, mandate: MANDATE })).toBeNull();
    expect(codeOf({}, { keys, mandate: rule({ level: 'confirm' }) })).toBe('automation-off');
    expect(codeOf({}, { keys, mandate: rule({ dryRun: true }) })).toBe('automation-off');
    expect(codeOf({}, { keys, mandate: rule({ underlying: 'ETH' }) })).toBe('automation-underlying');
    expect(codeOf({}, { keys, mandate: rule({ accounts: ['elsewhere'] }) })).toBe('automation-account');
  });

  it('may only reduce where they are the deleverager’s or a flatten’s', () => {
    for (const controller of ['deleverager', 'flatten'] as const) {
      expect(codeOf({}, { keys, mandate: rule({ controller }) })).toBe('automation-increases');
      expect(codeOf({ reduceOnly: true }, { keys, mandate: rule({ controller }) })).toBe('reduce-only-increases');
    }
  });

  it('are held to the budget of the rule, not to what the trader armed for himself', () => {
    const use = (more: Partial<Mandate['use']>): Mandate => ({ ...MANDATE, use: { ...UNUSED, ...more } });
    // One coin near 7,000 USD.
    const small = rule({ budget: { ...DEFAULT_BUDGET, perOrderUsd: 6_000 } });
    expect(codeOf({}, { keys, mandate: small })).toBe('budget-order');
    expect(codeOf({}, { keys, mandate: use({ notionalUsd: 994_000 }) })).toBe('budget-session');
    expect(codeOf({}, { keys, mandate: use({ orders: 50 }) })).toBe('budget-orders');
    expect(codeOf({}, { keys, mandate: use({ notionalUsd: 900_000, orders: 49 }) })).toBeNull();
  });
});
