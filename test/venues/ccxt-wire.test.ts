// What leaves through ccxt: nobody who is paid for orders is named in them, in any class that is offered, and amounts are
// in the venue's own unit. The requests are taken where ccxt hands them to the network.
import ccxt from 'ccxt';
import { describe, expect, it } from 'vitest';
import { type CcxtMethod, localBorder, type Opening } from '#main/venues/ccxt/border.ts';
import { createCalls } from '#main/venues/ccxt/calls.ts';
import { type CcxtName, DIALECTS } from '#main/venues/ccxt/dialects.ts';
import { type CcxtExchange, ccxtClasses, serveCcxt } from '#main/venues/ccxt/host.ts';
import { decimal } from '#shared/units/decimal.ts';
import { type Fault, toFault } from '#shared/units/result.ts';
import { plainResources } from '#test/fixtures/paper/market.ts';
import { order } from '#test/support/domain.ts';
import { createManualClock } from '#test/support/manual-clock.ts';
import { openOkxBench } from './okx/bench.ts';

interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** ccxt's own tags as its classes have them: broker ids, partner and referral names. */
const TAGS = /ccxt|6b9ad766b55dBCDE|x-xcKtGhcu|x-TKT5PX2F|x-Cb7ytekJ|0x0ad42b8e602c2d3d475ae52d678cf63d84ab2749/i;
/** No key of a wallet among them. */
const KEYS = {
  apiKey: 'key',
  secret: 'secret',
  password: 'phrase',
  paradexAccount: { address: `0x${'12'.repeat(31)}`, privateKey: `0x${'14'.repeat(31)}` },
};

const MARKET = {
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  baseId: 'BTC',
  quoteId: 'USDT',
  settleId: 'USDT',
  id: 'BTCUSDT',
  symbol: 'BTC/USDT:USDT',
  type: 'swap',
  spot: false,
  swap: true,
  future: false,
  option: false,
  contract: true,
  linear: true,
  inverse: false,
  active: true,
  contractSize: '1',
  precision: { amount: '0.001', price: '0.1' },
  limits: { amount: {}, price: {}, cost: {}, leverage: {} },
  info: { orderTypes: ['LIMIT', 'MARKET'] },
};

/** What is asked before an order: the kind of account at Bybit, what Paradex signs with. */
const ANSWER = {
  retCode: 0,
  result: { unified: 1, uta: 1, unifiedMarginStatus: 6 },
  starknet_chain_id: 'PRIVATE_SN_PARACLEAR_MAINNET',
  paraclear_account_proxy_hash: `0x${'15'.repeat(31)}`,
  paraclear_account_hash: `0x${'16'.repeat(31)}`,
};

type Asking = readonly [method: CcxtMethod, ...parameters: unknown[]];
const ORDER: Asking = ['createOrder', MARKET.symbol, 'limit', 'buy', '0.002', '50000', { clientOrderId: 'keel-1' }];

/** Why ccxt does not even ask; null where it does, whatever it makes of the answer. */
async function refusalOf(name: CcxtName, asking: Asking): Promise<string | null> {
  let refused: string | null = null;
  await sent(name, undefined, asking, null, (thrown) => {
    refused = /ccxt-(ArgumentsRequired|NotSupported|BadRequest|BadSymbol)/.test(thrown.code) ? thrown.message : null;
  });
  return refused;
}

/** Asks one thing through the border and answers what was handed to the network. */
async function sent(
  name: CcxtName,
  tagHeaders: readonly string[] = DIALECTS[name].tagHeaders,
  [method, ...parameters]: Asking = ORDER,
  testnet: Opening['testnet'] = null,
  onFailed: (reason: Fault) => void = () => undefined,
): Promise<readonly Sent[]> {
  const requests: Sent[] = [];
  const { near, far } = localBorder();
  const make = async (exchange: string, settings: Readonly<Record<string, unknown>>): Promise<CcxtExchange> => {
    const made = await ccxtClasses(exchange, settings);
    Reflect.apply(Reflect.get(made, 'setMarkets'), made, [[MARKET]]);
    const fetch = async (url: string, _: string, headers: Record<string, string>, body: string) => {
      const common = Reflect.get(made, 'headers') as Sent['headers'];
      requests.push({ url, headers: { ...common, ...headers }, body: body ?? '' });
      return ANSWER;
    };
    return Object.assign(made, { fetch });
  };
  serveCcxt(
    far,
    make,
    async () => KEYS,
    async () => undefined,
  );
  const calls = createCalls(name, near, createManualClock(0), { answerMs: 10_000, openMs: 10_000 });
  const { options } = DIALECTS[name];
  const more = name === 'bybit' ? { ...options, unifiedMarginStatus: 6 } : options;
  await calls.open({ exchange: name, options: more, endpoints: null, testnet, paced: false, tagHeaders });
  await calls.call(method, ...parameters).catch((thrown: unknown) => onFailed(toFault(thrown)));
  return requests;
}

/** Where real money is. */
const PRODUCTION = /\/\/(www\.okx\.com|api\.bybit\.com|f?api\.binance\.com|api\.prod\.paradex\.trade)/;
const NAMES = Object.keys(DIALECTS) as CcxtName[];

describe('orders through ccxt', () => {
  it.each(NAMES)('name no broker at %s', async (name) => {
    const requests = await sent(name);
    expect(requests.length).toBeGreaterThan(0);
    for (const one of requests) expect(JSON.stringify(one)).not.toMatch(TAGS);
    const last = requests.at(-1)!;
    expect(`${decodeURIComponent(last.url)} ${last.body}`).toMatch(/keel-1/);
  });

  it('would name one at bybit and paradex if the headers were let through', async () => {
    for (const name of ['bybit', 'paradex'] as const) {
      expect(JSON.stringify(await sent(name, []))).toMatch(TAGS);
    }
  });

  it.each(NAMES)('leave for the testnet of %s alone, where that is asked for', async (name) => {
    const requests = await sent(name, undefined, ORDER, DIALECTS[name].testnet);
    expect(requests.length).toBeGreaterThan(0);
    // OKX tells its demo trading by a header.
    if (name === 'okx') expect(requests.every((one) => one.headers['x-simulated-trading'] === '1')).toBe(true);
    else expect(requests.filter((one) => PRODUCTION.test(one.url))).toEqual([]);
    expect((await sent(name)).some((one) => PRODUCTION.test(one.url))).toBe(true);
  });

  it.each(NAMES)('are asked for, and cancelled, by our id as %s names it', async (name) => {
    const by = DIALECTS[name].byClient('keel-1');
    const named = { okx: 'clOrdId', bybit: 'orderLinkId', binance: 'origClientOrderId', paradex: 'by_client_id' }[name];
    for (const method of ['fetchOrder', 'cancelOrder'] as const) {
      const last = (await sent(name, undefined, [method, undefined, MARKET.symbol, by])).at(-1);
      expect(`${last?.url} ${last?.body}`).toMatch(new RegExp(`${named}\\W+keel-1`));
    }
    for (const method of DIALECTS[name].endedBy) {
      const last = (await sent(name, undefined, [method, MARKET.symbol, undefined, undefined, by])).at(-1);
      expect(last?.url).toContain(`${named}=keel-1`);
    }
  });

  it.each(NAMES)('need nothing of %s that its class does not have', (name) => {
    const { has } = Reflect.construct(ccxt.pro[name], []) as { readonly has: Readonly<Record<string, unknown>> };
    const { able, news, endedBy, endedScopes, marketReads } = DIALECTS[name];
    const reads = marketReads(['BTC'], ['perpetual']).map((one) => one.method);
    const ended = endedScopes?.(['perpetual']).map((one) => one.method) ?? [];
    const common = ['fetchTime', 'fetchOrderBook', 'fetchBalance', 'fetchPositions', 'fetchOpenOrders', 'fetchOrder'];
    const acts = ['createOrder', 'cancelOrder', ...(able.amend ? ['editOrder'] : [])];
    const own = ['fetchMyTrades', 'fetchFundingHistory', 'watchTickers', 'watchOrderBook'];
    const wanted = [...reads, ...ended, ...common, ...acts, ...own, ...news, ...endedBy];
    expect(wanted.filter((one) => one.startsWith('fetch') && one !== 'fetchMarkPrices' && !has[one])).toEqual([]);
    expect([...acts, ...own, ...news].filter((one) => has[one] !== true)).toEqual([]);
  });

  it.each(NAMES)('are preceded by questions that all leave for %s', async (name) => {
    const { marketReads, fillScopes, fundingScopes, endedScopes } = DIALECTS[name];
    const scopes = fillScopes(['perpetual'], [MARKET.symbol]);
    const questions: readonly Asking[] = [
      ['fetchTime'],
      ['fetchPositions'],
      ['fetchBalance'],
      ['fetchOpenOrders'],
      ['fetchOrderBook', MARKET.symbol, 20],
      ...fundingScopes([MARKET.symbol]).map(
        ({ symbol, ...terms }): Asking => ['fetchFundingHistory', symbol, undefined, undefined, terms],
      ),
      ...marketReads(['BTC'], ['perpetual']).map(({ method, parameters }): Asking => [method, ...parameters]),
      ...scopes.map(({ symbol, ...terms }): Asking => ['fetchMyTrades', symbol, 1_700_000_000_000, undefined, terms]),
      ...(endedScopes?.(['perpetual']) ?? []).map(
        ({ method, scope }): Asking => [method, undefined, undefined, undefined, scope],
      ),
    ];
    for (const asking of questions) {
      const refused = await refusalOf(name, asking);
      expect([asking[0], refused]).toEqual([asking[0], null]);
    }
  });

  it('cannot be sent to dYdX as Keel would have to: who routes them is always named, and our id is not', async () => {
    const exchange = new ccxt.dydx({ walletAddress: 'dydx1owner', options: { routerAddress: '' } });
    const info = { atomicResolution: '-10', quantumConversionExponent: '-9', clobPairId: '0' };
    Reflect.apply(Reflect.get(exchange, 'setMarkets'), exchange, [[{ ...MARKET, info }]]);
    const asked = [MARKET.symbol, 'limit', 'buy', '0.002', '50000', { clientOrderId: 'keel-1' }];
    Object.assign(exchange, { toDydxLong: String });
    const [, request] = Reflect.apply(Reflect.get(exchange, 'createOrderRequest'), exchange, asked);
    expect(request.value.order.orderRouterAddress).toMatch(/^dydx1\w{30,}$/);
    expect(request.value.order.orderId.clientId).toBeTypeOf('number');
    expect(['fetchMyTrades', 'fetchTickers'].filter((one) => exchange.has[one])).toEqual([]);
    // Signing needs a package that is not here, and takes no number of an authenticator.
    expect(() => exchange.signDydxTx('11'.repeat(32), request, '', 'dydx-mainnet-1', {}, undefined)).toThrow(
      'protobuf',
    );
  });

  it('reach OKX untagged, with our id and in its own contracts', async () => {
    const bench = await openOkxBench({ resources: plainResources([10_000, 10_000]) });
    const { adapter } = bench.venue;
    const connecting = adapter.connect();
    await bench.advance(1_000);
    await connecting;
    const sizes = [
      ['BTC-USD-SWAP', '250', '2.5', '9000'],
      ['BTC-USDC-SWAP', '0.03', '3', '9000'],
      ['BTC-USD-200327-9000-P', '0.3', '30', '0.001'],
      ['BTC-USDC', '0.02', '0.02', '9000'],
    ] as const;
    const orders = sizes.map(([name, quantity, , limit]) =>
      order({
        id: `k_${name.length}-${quantity}`,
        account: 'main',
        instrument: `okx-sim:${name}`,
        quantity: decimal(quantity),
        limit: decimal(limit),
      }),
    );
    const placing = adapter.execute({ type: 'place', orders });
    await bench.advance(500);
    expect((await placing).map((leg) => leg.outcome)).toEqual(sizes.map(() => 'accepted'));
    const bodies = bench.simulator.requests.filter((one) => one.path === 'trade/batch-orders');
    const wire = bodies.flatMap((one) => JSON.parse(one.body) as Record<string, string>[]);
    expect(wire.map((one) => [one.instId, one.sz])).toEqual(sizes.map(([name, , contracts]) => [name, contracts]));
    for (const one of bodies) expect(JSON.stringify(one)).not.toMatch(TAGS);
    for (const one of wire) expect(Object.keys(one)).not.toContain('tag');
    const snapshot = await adapter.snapshot('main');
    expect(snapshot.openOrders.map((one) => one.clientOrderId).sort()).toEqual(orders.map((one) => one.id).sort());
    await bench.close();
  });
});
