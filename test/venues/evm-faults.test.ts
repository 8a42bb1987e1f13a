// Transactions under reorganisations, lost answers, broken nodes and programs that start anew: in the end each is what the
// chain says, once. And by hand, what the schedules found.
import { describe, expect, it } from 'vitest';
import { decimal } from '#shared/units/decimal.ts';
import { trials } from '#test/support/trials.ts';
import { type Met, openScene, rehearseChain } from './evm/rehearsal.ts';

const GIFT = {
  to: '0x00000000000000000000000000000000000000b2',
  input: '0x',
  value: decimal(1),
  about: 'a gift',
} as const;

describe('seeded chain schedules', () => {
  it('end as the chain says', async () => {
    const met: Met = {};
    for (let seed = 1; seed <= trials(100); seed++) await rehearseChain(seed, met);
    for (const state of ['CONFIRMED', 'REVERTED', 'REPLACED', 'UNKNOWN', 'REORGED']) {
      expect(met[state] ?? 0, state).toBeGreaterThan(0);
    }
  });
});

describe('what schedules found', () => {
  it('a second cancellation raises the first: there are not two transactions of the same bytes', async () => {
    const { sender } = openScene(1);
    const sent = await sender.send(GIFT);
    const first = await sender.cancel(sent.id);
    const second = await sender.cancel(sent.id);
    expect(second.id).toBe(first.id);
    expect(new Set(second.attempts.map((one) => one.hash)).size).toBe(2);
  });

  it('nothing is cancelled once the nonce is used', async () => {
    const { sender, chain } = openScene(1);
    const sent = await sender.send(GIFT);
    await sender.cancel(sent.id);
    chain.mine();
    await expect(sender.cancel(sent.id)).rejects.toMatchObject({ fault: { code: 'nonce-used' } });
  });

  it('a nonce that was used in a block that went proves nothing any more', async () => {
    const { sender, chain } = openScene(1);
    const sent = await sender.send(GIFT);
    chain.spendElsewhere();
    chain.mine();
    chain.mine();
    expect((await sender.look())[0]).toMatchObject({ state: 'UNKNOWN', reason: { code: 'nonce-used' } });
    chain.reorg(3, true);
    expect((await sender.look())[0]).toMatchObject({ state: 'UNKNOWN', reason: { code: 'dropped' } });
    expect(sender.open()[0]?.id).toBe(sent.id);
  });
});
