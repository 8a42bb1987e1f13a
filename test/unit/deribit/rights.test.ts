// Keel never withdraws: a key that could is not taken unless the trader insists. Scopes as Deribit writes them
// (docs.deribit.com, "Access Scope").
import { describe, expect, it } from 'vitest';
import { checkRights, rightsOf } from '#main/venues/deribit/rights.ts';

const TRADES = 'account:read trade:read_write wallet:read connection';

describe('the rights of a Deribit key', () => {
  it('are read from its scopes, word by word', () => {
    expect(rightsOf(TRADES)).toEqual({ trade: true, withdraw: false });
    expect(rightsOf('trade:read wallet:read_write')).toEqual({ trade: false, withdraw: true });
    expect(rightsOf('mainaccount:wallet:read_writes')).toEqual({ trade: false, withdraw: false });
  });

  it('may hold withdrawals only where the trader said so', () => {
    expect(() => checkRights(TRADES, 'key', 'refuse')).not.toThrow();
    expect(() => checkRights(`${TRADES} wallet:read_write`, 'key', 'refuse')).toThrow('key may withdraw');
    expect(() => checkRights(`${TRADES} wallet:read_write`, 'key', 'allow')).not.toThrow();
  });
});
