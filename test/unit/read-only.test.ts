// A key that was added to read only moves nothing, whatever the venue would let it do; one that trades comes first.
import { describe, expect, it } from 'vitest';
import type { KeyCard } from '#main/engine/signer-port.ts';
import { keyOf } from '#main/session/adapters/adapter-kind.ts';
import { mayOnlyRead, readOnly } from '#main/session/read-only.ts';
import { LINEAR_PERPETUAL, order } from '#test/support/domain.ts';
import { ACCOUNT, START } from '#test/support/engine-room.ts';
import { createFakeVenue } from '#test/support/fake-venue.ts';

const READ: KeyCard = {
  id: 'a1',
  venue: 'deribit-paper',
  account: 'options',
  kind: 'hmac-secret',
  publicId: 'reader',
  scopes: ['read'],
  addedAt: START,
};
const TRADE: KeyCard = { ...READ, id: 'b2', publicId: 'trader', scopes: ['read', 'trade'] };

describe('a key to read only', () => {
  it('is all a venue has until one that trades was added', () => {
    expect(mayOnlyRead('deribit-paper', [READ])).toBe(true);
    expect(mayOnlyRead('deribit-paper', [READ, TRADE])).toBe(false);
    expect(mayOnlyRead('deribit-paper', [])).toBe(false);
    expect(mayOnlyRead('elsewhere', [READ])).toBe(false);
  });

  it('gives way to one that trades', () => {
    expect(keyOf('deribit-paper', [READ, TRADE], 'keel keys add').publicId).toBe('trader');
    expect(keyOf('deribit-paper', [READ], 'keel keys add').publicId).toBe('reader');
  });

  it('lets nothing reach the venue, and answers for each leg', async () => {
    const venue = createFakeVenue({
      id: LINEAR_PERPETUAL.venue,
      now: () => START,
      accounts: [ACCOUNT],
      instruments: [LINEAR_PERPETUAL],
    });
    const seen = readOnly(venue);
    const legs = await seen.execute({ type: 'place', orders: [order({ id: 'k-1' }), order({ id: 'k-2' })] });
    expect(legs.map((one) => [one.id, one.outcome, one.outcome === 'accepted' ? '' : one.reason.code])).toEqual([
      ['k-1', 'rejected', 'read-only-key'],
      ['k-2', 'rejected', 'read-only-key'],
    ]);
    const cancel = await seen.execute({ type: 'cancel', account: ACCOUNT.id, order: 'k-1' });
    expect(cancel.map((one) => one.outcome)).toEqual(['rejected']);
    expect(await seen.execute({ type: 'cancel-all', account: ACCOUNT.id, includeProtective: true })).toEqual([]);
    expect(venue.wire).toEqual([]);
    expect((await seen.accounts()).map((one) => one.id)).toEqual([ACCOUNT.id]);
    expect(seen.capabilities().transfers).toBe(false);
    expect(seen.transfer).toBeUndefined();
  });
});
