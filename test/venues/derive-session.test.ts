// What Derive's adapter sends and what it makes of trouble: fields on the wire, refusals, lost answers, bad keys, and
// options that end.
import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, describe, expect, it } from 'vitest';
import { createDerive } from '#main/venues/derive/adapter.ts';
import { LIMITS } from '#main/venues/derive/config.ts';
import type { Order } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';
import type { Fault } from '#shared/units/result.ts';
import { DAY, SECOND } from '#shared/units/time.ts';
import { plainResources } from '#test/fixtures/paper/market.ts';
import { order } from '#test/support/domain.ts';
import { type DeriveBench, openDeriveBench } from './derive/bench.ts';
import { CHAIN, STRANGER, SUBACCOUNT, signerOf, WALLET } from './derive/keys.ts';
import { CORE_ACCOUNT } from './simulator/desk.ts';

const PERP = 'derive-sim:BTC-PERP';

let bench: DeriveBench;

async function connected(prices: readonly number[] = [10_000, 10_000]): Promise<DeriveBench> {
  bench = await openDeriveBench({ resources: plainResources(prices) });
  const connecting = bench.venue.adapter.connect();
  await bench.advance(1_000);
  await connecting;
  return bench;
}

function wanted(more: Partial<Order> = {}): Order {
  const own = { account: 'main', instrument: PERP, quantity: decimal('0.02'), limit: decimal('9000') };
  return order({ ...own, id: 'k-1', state: 'SENT', ...more });
}

async function placed(...orders: readonly Order[]) {
  const placing = bench.venue.adapter.execute({ type: 'place', orders });
  await bench.advance(500);
  return placing;
}

/** The orders that left, as they were sent. */
function sentOrders(): readonly Readonly<Record<string, unknown>>[] {
  const requests = bench.line.map((text) => JSON.parse(text) as { method: string; params: Record<string, unknown> });
  return requests.filter((one) => one.method === 'private/order').map((one) => one.params);
}

afterEach(() => bench.close());

describe('what an order of Derive leaves as', () => {
  it('names nobody who is paid for it and carries our id', async () => {
    await connected();
    await placed(wanted());
    const [sent] = sentOrders();
    expect(sent).toMatchObject({ label: 'k-1', amount: '0.02', limit_price: '9000', subaccount_id: SUBACCOUNT });
    expect(Object.keys(sent ?? {})).not.toContain('referral_code');
    expect(JSON.stringify(sent)).not.toMatch(/referral|builder|broker/);
  });

  it('is signed for twice the fee, for as long as it may stand, with numbers that rise', async () => {
    await connected();
    await placed(wanted(), wanted({ id: 'k-2', timeInForce: 'ioc' }), wanted({ id: 'k-3', postOnly: true }));
    const sent = sentOrders();
    // 0.0005 of an index of 10,000 and 0.5 a piece of 0.02: (5 + 25) twice.
    expect(sent.map((one) => one.max_fee)).toEqual(['60', '60', '60']);
    const now = bench.clock.now() / SECOND;
    const days = sent.map((one) => (Number(one.signature_expiry_sec) - now) / (DAY / SECOND));
    expect([days[0]! > 29, days[1]! < 0.01, days[2]! > 29]).toEqual([true, true, true]);
    expect(sent.map((one) => one.time_in_force)).toEqual(['gtc', 'ioc', 'post_only']);
    const nonces = sent.map((one) => Number(one.nonce));
    expect(new Set(nonces).size).toBe(3);
    expect([...nonces].sort((a, b) => a - b)).toEqual(nonces);
  });

  it('is, at the market, signed for the end of the band on its side', async () => {
    await connected();
    await placed(
      wanted({ type: 'market', limit: null }),
      wanted({ id: 'k-2', side: 'sell', type: 'market', limit: null }),
    );
    const [buy, sell] = sentOrders().map((one) => Number(one.limit_price));
    expect(buy).toBeGreaterThan(10_500);
    expect(sell).toBeLessThan(9_500);
  });
});

describe('trouble at Derive', () => {
  it('refuses here what cannot be sent, and nothing leaves', async () => {
    await connected();
    const legs = await placed(
      wanted({ id: 'x'.repeat(65) }),
      wanted({ id: 'stop', type: 'stop', trigger: decimal(1) }),
      wanted({ id: 'bare', limit: null }),
      wanted({ id: 'lost', instrument: 'derive-sim:NOTHING' }),
      wanted({ id: 'other', account: 'else' }),
    );
    expect(legs.map((leg) => leg.outcome)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
    expect(sentOrders()).toEqual([]);
  });

  it('takes a refusal for one and a lost answer for neither', async () => {
    await connected();
    bench.simulator.faults.refuse(11_000, 1);
    expect((await placed(wanted()))[0]).toMatchObject({ outcome: 'rejected', reason: { code: 'derive-11000' } });
    bench.simulator.faults.refuse(9_001, 1);
    expect((await placed(wanted({ id: 'k-2' })))[0]).toMatchObject({ outcome: 'unknown' });
    bench.simulator.faults.silence('private/order', 1);
    const placing = bench.venue.adapter.execute({ type: 'place', orders: [wanted({ id: 'k-3' })] });
    await bench.advance(6_000);
    expect((await placing)[0]).toMatchObject({ outcome: 'unknown', reason: { code: 'no-answer' } });
    expect(await bench.venue.adapter.orderState('main', 'k-3')).toMatchObject({ state: 'ACKED' });
  });

  it('asks again for a book whose subscription was refused', async () => {
    await connected();
    bench.simulator.faults.exhaust(1);
    const asked = bench.venue.adapter.depth(PERP, 5);
    await bench.advance(3_000);
    expect((await asked).bids.length).toBeGreaterThan(0);
  });

  it('does not connect with a key that nobody registered', async () => {
    await connected();
    const flaws: Fault[] = [];
    const { adapter } = createDerive({
      config: {
        venue: 'derive-sim',
        url: bench.simulator.endpoints.ws,
        chain: CHAIN,
        account: { id: 'main', name: 'Main' },
        subaccount: SUBACCOUNT,
        underlyings: ['BTC'],
        cancelOnDisconnect: false,
        limits: LIMITS,
      },
      clock: bench.clock,
      identity: { wallet: WALLET, signer: signerOf(privateKeyToAccount(STRANGER)) },
      jitter: () => 0,
      onFlaw: (reason) => flaws.push(reason),
    });
    const connecting = adapter.connect();
    const refused = expect(connecting).rejects.toThrow('no such session key');
    await bench.advance(500);
    await refused;
    await adapter.close();
  });

  it('calls the venue stale while its clock is off, and live when it is right again', async () => {
    await connected();
    const seen: string[] = [];
    bench.venue.adapter.subscribe((event) => event.type === 'status' && seen.push(event.status));
    bench.simulator.faults.skew(5_000);
    await bench.advance(6_000);
    bench.simulator.faults.skew(0);
    await bench.advance(6_000);
    expect(seen).toEqual(['stale', 'live']);
  });
});

describe('an option that ends', () => {
  it('is closed by a fill at what it is worth, and so is the book', async () => {
    // Two hours of tape reach over the settlement of 12 March, 08:00 UTC.
    await connected(Array.from({ length: 12 }, () => 10_000));
    const instrument = 'derive-sim:BTC-20200312-9000-C';
    const [leg] = await placed(wanted({ instrument, quantity: decimal('0.1'), type: 'market', limit: null }));
    expect(leg).toMatchObject({ outcome: 'accepted' });
    bench.simulator.jump(2.5 * 3_600 * SECOND);
    await bench.advance(2_000);
    const asking = bench.venue.adapter.history('main', null);
    await bench.advance(500);
    const { fills } = await asking;
    const end = fills.find((fill) => fill.cause === 'settlement');
    expect(end).toMatchObject({ instrument, quantity: '-0.1', order: null });
    // The core settles at the mean of the last half hour; the tape stands at 10,000: worth 1,000 above the strike.
    expect(Number(end?.price)).toBeCloseTo(1_000, 6);
    expect(bench.simulator.exchange.holdings(CORE_ACCOUNT).positions.filter((one) => one.quantity !== '0')).toEqual([]);
  });
});
