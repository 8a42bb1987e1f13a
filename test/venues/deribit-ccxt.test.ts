// The simulator satisfies a client this project did not write: ccxt's Deribit, over REST and WebSocket.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import ccxt from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Ready {
  readonly rest: string;
  readonly ws: string;
  readonly control: string;
  readonly key: { readonly id: string; readonly secret: string };
}

const PERPETUAL = 'BTC/USD:BTC';

describe('ccxt on the Deribit simulator', () => {
  const child = spawn(process.execPath, ['test/venues/deribit/start.ts', '--port', '0', '--seed', '1'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let ready: Ready;
  let client: InstanceType<typeof ccxt.pro.deribit>;

  beforeAll(async () => {
    const line = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
    ready = JSON.parse(line) as Ready;
    client = new ccxt.pro.deribit({ apiKey: ready.key.id, secret: ready.key.secret, enableRateLimit: false });
    client.urls.api = { rest: ready.rest, ws: ready.ws };
    // ccxt refuses ws:// until this was called once.
    await client.loadHttpProxyAgent();
  });
  afterAll(async () => {
    await client.close();
    child.stdin.end();
    // It stops with its parent's end of the line.
    expect(await ended).toBe(0);
  });

  it('loads the markets as swaps, futures, options and spot', async () => {
    const markets = await client.loadMarkets();
    const types = new Set(Object.values(markets ?? {}).map((one) => one?.type));
    expect([...types].sort()).toEqual(['future', 'option', 'spot', 'swap']);
    expect(markets?.[PERPETUAL]).toMatchObject({ id: 'BTC-PERPETUAL', inverse: true, contractSize: 10 });
  });

  it('reads tickers, books, Greeks and the chain', async () => {
    const ticker = await client.fetchTicker(PERPETUAL);
    expect(ticker.bid!).toBeLessThan(ticker.ask!);
    const book = await client.fetchOrderBook(PERPETUAL, 5);
    expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
    const option = Object.values(client.markets ?? {}).find((one) => one?.option && one.optionType === 'put')!;
    const greeks = await client.fetchGreeks(option.symbol ?? '');
    expect(greeks.delta!).toBeLessThanOrEqual(0);
    expect(Object.keys(await client.fetchOptionChain('BTC')).length).toBeGreaterThan(10);
  });

  it('reads balance and positions', async () => {
    const balance = await client.fetchBalance();
    expect(balance.BTC!.total!).toBeGreaterThan(0);
    const positions = await client.fetchPositions();
    expect(positions.find((one) => one.symbol === PERPETUAL)?.side).toBe('short');
  });

  it('places, edits and cancels an order, and is told why one is refused', async () => {
    const { bid } = await client.fetchTicker(PERPETUAL);
    const price = Math.round(bid! * 0.9);
    const order = await client.createOrder(PERPETUAL, 'limit', 'buy', 50, price, { label: 'from-ccxt' });
    expect(order).toMatchObject({ status: 'open', filled: 0 });
    expect((await client.fetchOpenOrders(PERPETUAL)).map((one) => one.id)).toContain(order.id);
    const id = order.id ?? '';
    const edited = await client.editOrder(id, PERPETUAL, 'limit', 'buy', 60, price);
    expect(edited.amount).toBe(60);
    expect((await client.cancelOrder(id, PERPETUAL)).status).toBe('canceled');
    await expect(client.cancelOrder(id, PERPETUAL)).rejects.toThrow(/not_open_order/);
    const huge = client.createOrder(PERPETUAL, 'limit', 'buy', 900_000_000, price);
    await expect(huge).rejects.toThrow(/not_enough_funds/);
  });

  it('trades at market and finds its trade', async () => {
    const order = await client.createOrder(PERPETUAL, 'market', 'buy', 50);
    expect(order.status).toBe('closed');
    const trades = await client.fetchMyTrades(PERPETUAL);
    expect(trades.some((one) => one.order === order.id)).toBe(true);
  });

  it('watches tickers, books, its orders and trades', async () => {
    expect((await client.watchTicker(PERPETUAL)).last).toBeGreaterThan(0);
    const book = await client.watchOrderBook(PERPETUAL);
    expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
    const orders = client.watchOrders();
    const trades = client.watchMyTrades();
    let told = false;
    void Promise.all([orders, trades]).then(() => {
      told = true;
    });
    // What happens before both are subscribed is not told: so it happens until it is.
    while (!told) await client.createOrder(PERPETUAL, 'market', 'sell', 50);
    expect((await orders).at(-1)).toMatchObject({ symbol: PERPETUAL, side: 'sell' });
    expect((await trades).at(-1)).toMatchObject({ symbol: PERPETUAL, amount: 50 });
  });

  it('is refused with a wrong secret', async () => {
    const stranger = new ccxt.deribit({ apiKey: ready.key.id, secret: 'wrong', enableRateLimit: false });
    stranger.urls.api = { rest: ready.rest };
    await expect(stranger.fetchBalance()).rejects.toThrow(/invalid_credentials/);
  });

  it('takes control calls for price, time and faults', async () => {
    const control = async (path: string, body: object) =>
      (await fetch(`${ready.control}/${path}`, { method: 'POST', body: JSON.stringify(body) })).json();
    expect(await control('price', { price: 5_000 })).toMatchObject({ ok: true });
    expect(Number((await client.fetchTicker(PERPETUAL)).info.index_price)).toBeCloseTo(5_000, 0);
    const before = (await client.fetchTime())!;
    await control('time', { advance: 60_000 });
    expect((await client.fetchTime())! - before).toBeGreaterThanOrEqual(60_000);
    await control('fault', { fault: 'refuse', code: 11_030, count: 1 });
    await expect(client.createOrder(PERPETUAL, 'market', 'buy', 50)).rejects.toThrow(/refused_by_the_rehearsal/);
  });
});
