// What the signer signs with a key of the vault, the venues take: the simulators recover the address from the bytes on the
// wire, and a node of a chain does. What goes beyond the key's limits never leaves.
import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, describe, expect, it } from 'vitest';
import { vaultSigner as deriveSigner } from '#main/venues/derive/signer.ts';
import { vaultSigner as chainSigner } from '#main/venues/evm/signer.ts';
import { vaultSigner as hyperliquidSigner } from '#main/venues/hyperliquid/signer.ts';
import type { Order } from '#shared/domain/order.ts';
import { decimal, ZERO } from '#shared/units/decimal.ts';
import { plainResources } from '#test/fixtures/paper/market.ts';
import { order } from '#test/support/domain.ts';
import { openKeyDesk } from '#test/support/key-desk.ts';
import { openDeriveBench } from './derive/bench.ts';
import { SESSION_KEY } from './derive/keys.ts';
import { startAnvil } from './evm/anvil.ts';
import { configOf, courseOf, openBench as openChainBench } from './evm/bench.ts';
import { openBench } from './hyperliquid/bench.ts';
import { AGENT_KEY } from './hyperliquid/keys.ts';

const LIMITS = { perOrderUsd: 1_000, perDayUsd: 10_000, only: null };
const NOW = 1_584_000_000_000;
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

let count = 0;
const buying = (instrument: string, more: Partial<Order> = {}): Order =>
  order({
    id: `signed-${++count}`, account: 'main', instrument, side: 'buy', quantity: decimal('0.05'), type: 'limit', limit: decimal(8_000), state: 'SENT', ...more,
  }); // biome-ignore format: one glance

describe('a key of the vault', () => {
  it('trades at Hyperliquid: places, amends, cancels, and no more than its limit', async () => {
    const { port, card, lines } = await openKeyDesk(AGENT_KEY, { venue: 'hyperliquid-sim', limits: LIMITS }, () => NOW);
    const resources = plainResources([9_000, 9_000, 9_000, 9_000, 9_000]);
    const bench = await openBench({ resources, signer: hyperliquidSigner(port, card) });
    ends.push(bench.close);
    const { adapter } = bench.venue;
    const settled = async <T>(promise: Promise<T>): Promise<T> =>
      (await Promise.all([promise, bench.advance(1_000)]))[0];
    await settled(adapter.connect());
    const [one, large] = [buying('hyperliquid-sim:BTC'), buying('hyperliquid-sim:BTC', { quantity: decimal(1) })];
    expect(await settled(adapter.execute({ type: 'place', orders: [one] }))).toMatchObject([{ outcome: 'accepted' }]);
    const amended = { order: one.id, quantity: decimal('0.06'), limit: decimal(7_990) };
    expect(await settled(adapter.execute({ type: 'amend', account: 'main', ...amended }))).toMatchObject([
      { outcome: 'accepted' },
    ]);
    expect(await settled(adapter.execute({ type: 'place', orders: [large] }))).toMatchObject([
      { outcome: 'rejected', reason: { code: 'not-signed' } },
    ]);
    const all = { type: 'cancel-all', account: 'main', includeProtective: true } as const;
    expect(await settled(adapter.execute(all))).toMatchObject([{ outcome: 'accepted' }]);
    expect(lines.map(({ usd }) => usd)).toEqual(['400', '479.4', '0']);
  });

  it('trades at Derive: signs in and places, and no more than its limit', async () => {
    const { port, card } = await openKeyDesk(SESSION_KEY, { venue: 'derive-sim', limits: LIMITS }, () => NOW);
    const resources = plainResources([9_000, 9_000, 9_000, 9_000, 9_000]);
    const bench = await openDeriveBench({ resources, signer: deriveSigner(port, card) });
    ends.push(bench.close);
    const { adapter } = bench.venue;
    const settled = async <T>(promise: Promise<T>): Promise<T> =>
      (await Promise.all([promise, bench.advance(1_000)]))[0];
    await settled(adapter.connect());
    const [perpetual] = (await adapter.instruments()).filter((one) => one.kind === 'perpetual');
    const [one, large] = [buying(perpetual?.id ?? ''), buying(perpetual?.id ?? '', { quantity: decimal(1) })];
    expect(await settled(adapter.execute({ type: 'place', orders: [one] }))).toMatchObject([{ outcome: 'accepted' }]);
    const [refused] = await settled(adapter.execute({ type: 'place', orders: [large] }));
    expect(refused).toMatchObject({
      outcome: 'rejected',
      reason: { code: 'not-signed', message: expect.stringContaining('8000 USD') },
    });
  });

  it('sends transactions to a chain, and none that carries coin', async () => {
    const anvil = await startAnvil();
    ends.push(() => anvil.stop());
    // The first account that every anvil has.
    const key = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
    const { port, card } = await openKeyDesk(key, { venue: 'local' }, () => NOW);
    const { sender, log } = openChainBench(configOf(anvil.url), chainSigner(port, card));
    const { address } = privateKeyToAccount(key);
    const nothing = { to: address, input: '0x', value: ZERO, about: 'nothing' };
    const sent = await sender.send(nothing);
    expect((await sender.follow(sent.id, 'settled', 60_000)).state).toBe('CONFIRMED');
    const gift = await sender.send({ ...nothing, value: decimal(1), about: 'a gift' });
    expect(courseOf(log, gift.id)).toEqual(['PREPARED', 'REJECTED']);
  });
});
