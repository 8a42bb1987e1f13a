// Requests leave no faster than Deribit's credits allow, cancels first, and none waits longer than its patience.
import { describe, expect, it } from 'vitest';
import { createCredits } from '#main/venues/credits.ts';
import { chargeOf, LOWEST_TIER } from '#main/venues/deribit/tiers.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { createManualClock } from '#test/support/manual-clock.ts';

function bench() {
  const clock = createManualClock(0);
  const credits = createCredits(LOWEST_TIER, chargeOf, clock);
  const sent: string[] = [];
  const refused: string[] = [];
  const spend = (method: string, name = method) =>
    void credits.spend(method).then(
      () => sent.push(name),
      (thrown: unknown) => refused.push(thrown instanceof FaultError ? thrown.fault.code : String(thrown)),
    );
  return { clock, credits, sent, refused, spend };
}

describe('credits', () => {
  it('lets a burst of 20 orders through and then 5 a second', async () => {
    const { clock, spend, sent } = bench();
    for (let i = 0; i < 28; i++) spend('private/buy');
    await clock.advance(0);
    expect(sent).toHaveLength(20);
    await clock.advance(1_000);
    expect(sent).toHaveLength(25);
    await clock.advance(600);
    expect(sent).toHaveLength(28);
  });

  it('puts a cancel in front of waiting orders', async () => {
    const { clock, spend, sent } = bench();
    for (let i = 0; i < 23; i++) spend('private/buy', `buy ${i}`);
    spend('private/cancel', 'cancel');
    await clock.advance(200);
    expect(sent.slice(20)).toEqual(['cancel']);
  });

  it('refuses what would have to wait too long, without spending anything', async () => {
    const { clock, spend, sent, refused } = bench();
    for (let i = 0; i < 35; i++) spend('private/sell');
    await clock.advance(0);
    expect(refused).toEqual(Array.from({ length: 5 }, () => 'throttled'));
    await clock.advance(2_000);
    expect(sent).toHaveLength(30);
  });

  it('keeps pools apart and 100 reads at once', async () => {
    const { clock, credits, spend, sent } = bench();
    for (let i = 0; i < 101; i++) spend('private/get_positions');
    spend('private/buy');
    await clock.advance(0);
    expect(sent).toHaveLength(101);
    expect(sent).toContain('private/buy');
    expect(credits.left()).toMatchObject({ general: 0, matching: 0.95, listing: 1 });
  });

  it('takes the limits of the account’s own tier', async () => {
    const { clock, credits, spend, sent } = bench();
    credits.allow('matching', 30, 100);
    await clock.advance(10_000);
    for (let i = 0; i < 130; i++) spend('private/buy');
    await clock.advance(0);
    expect(sent).toHaveLength(100);
    await clock.advance(1_000);
    expect(sent).toHaveLength(130);
  });

  it('waits for a refill after the venue said there is none left, and gives up when closed', async () => {
    const { clock, credits, spend, sent, refused } = bench();
    credits.exhausted('private/get_positions');
    spend('private/get_positions');
    await clock.advance(49);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent).toHaveLength(1);
    spend('private/get_positions');
    credits.close(new FaultError(fault('closed', 'closed')));
    await clock.advance(0);
    expect(refused).toEqual(['closed']);
  });
});
