// Money between own accounts has a gate of its own: every reason to refuse, one at a time.
import { describe, expect, it } from 'vitest';
import { judgeTransfer, type TransferContext } from '#main/engine/gate/transfer.ts';
import { applyEvent, emptyBook } from '#shared/domain/book.ts';
import { decimal } from '#shared/units/decimal.ts';
import { MANDATE, context as orderContext } from '#test/support/gate.ts';

const REQUEST = { from: 'options', to: 'perps', currency: 'USDC', quantity: decimal('1000') };

function contextOf(more: Partial<TransferContext> = {}): TransferContext {
  const book = emptyBook();
  for (const id of ['options', 'perps']) {
    const account = { id, venue: 'v', name: id, rules: 'hyperliquid' as const };
    const balances = [{ account: id, currency: 'USDC', cash: decimal('5000') }];
    applyEvent(book, { type: 'account-opened', account, balances, positions: [] }, 0);
  }
  const { trading, keys, venue } = orderContext();
  if (venue === null) throw new Error('the fixture has a venue');
  const live = { ...venue, capabilities: { ...venue.capabilities, transfers: true } };
  const armed = { ...keys, accounts: ['options'] };
  return {
    book, trading, keys: armed, mandate: null, venues: { from: live, to: live }, underWay: [], currencyUsd: decimal('1'), ...more,
  }; // biome-ignore format: one glance
}

const codeOf = (request = {}, more: Partial<TransferContext> = {}) =>
  judgeTransfer({ ...REQUEST, ...request }, contextOf(more)).find((one) => !one.passed)?.code ?? null;

describe('gate: transfers', () => {
  it('lets money go between live accounts with armed keys or under a mandate', () => {
    expect(codeOf()).toBeNull();
    const safe = { ...contextOf().keys, state: 'SAFE' as const };
    expect(codeOf({}, { keys: safe })).toBe('keys-safe');
    expect(codeOf({}, { keys: safe, mandate: MANDATE })).toBeNull();
    expect(codeOf({}, { mandate: { ...MANDATE, rule: { ...MANDATE.rule, dryRun: true } } })).toBe('automation-off');
  });

  it('refuses what is not there, goes nowhere or is no amount', () => {
    expect(codeOf({ quantity: decimal('5000.01') })).toBe('insufficient-funds');
    expect(codeOf({ quantity: decimal('0') })).toBe('bad-quantity');
    expect(codeOf({ quantity: decimal('-1') })).toBe('bad-quantity');
    expect(codeOf({ to: 'options' })).toBe('same-account');
    expect(codeOf({ to: 'nobody' })).toBe('unknown-account');
    expect(codeOf({}, { currencyUsd: null })).toBe('missing-reference');
  });

  it('refuses venues that are not live or send no money, and a second transfer of the same account', () => {
    const { from, to } = contextOf().venues;
    if (from === null || to === null) throw new Error('the fixture has venues');
    expect(codeOf({}, { venues: { from, to: { ...to, status: 'stale' } } })).toBe('venue-not-live');
    expect(codeOf({}, { venues: { from: { ...from, reconciled: false }, to } })).toBe('venue-not-live');
    const dumb = { ...from, capabilities: { ...from.capabilities, transfers: false } };
    expect(codeOf({}, { venues: { from: dumb, to } })).toBe('not-supported');
    const open = { ...REQUEST, id: 't1', origin: 'trader' as const, state: 'unknown' as const, reason: null };
    expect(codeOf({}, { underWay: [open] })).toBe('transfer-open');
  });

  it('keeps to the budget of its rule, at the limit and a cent above', () => {
    const rule = (perOrderUsd: number, used: number) => ({
      rule: { ...MANDATE.rule, budget: { ...MANDATE.rule.budget, perOrderUsd, notionalUsd: 1_500 } },
      use: { ...MANDATE.use, notionalUsd: used },
    });
    expect(codeOf({}, { mandate: rule(1_000, 500) })).toBeNull();
    expect(codeOf({}, { mandate: rule(999.99, 0) })).toBe('budget-session');
    expect(codeOf({}, { mandate: rule(1_000, 500.01) })).toBe('budget-session');
  });
});
