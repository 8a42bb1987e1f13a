// The simulator satisfies clients this project did not write: @nktkas/hyperliquid over HTTP and WebSocket, and ccxt. Each
// signs by its own code; what they do wrong by themselves (fees for a stranger, lost batches) is shown here too.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import {
  ApiRequestError,
  ExchangeClient,
  HttpTransport,
  InfoClient,
  SubscriptionClient,
  WebSocketTransport,
} from '@nktkas/hyperliquid';
import { SymbolConverter } from '@nktkas/hyperliquid/utils';
import ccxt from 'ccxt';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Ready {
  readonly http: string;
  readonly ws: string;
  readonly control: string;
  readonly user: `0x${string}`;
  readonly keys: { readonly user: `0x${string}`; readonly agent: `0x${string}` };
}

const child = spawn(process.execPath, ['test/venues/hyperliquid/start.ts', '--port', '0', '--seed', '1'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
let ready: Ready;

beforeAll(async () => {
  const line = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  ready = JSON.parse(line) as Ready;
});
afterAll(async () => {
  child.stdin.end();
  // It stops with its parent's end of the line.
  expect(await ended).toBe(0);
});

const control = async (path: string, body: object): Promise<unknown> =>
  (await fetch(`${ready.control}/${path}`, { method: 'POST', body: JSON.stringify(body) })).json();

describe('@nktkas/hyperliquid on the simulator', () => {
  let info: InfoClient;
  let exchange: ExchangeClient;
  let socket: WebSocketTransport;
  let asset: number;
  let bid: number;

  beforeAll(async () => {
    const transport = new HttpTransport({ isTestnet: true, apiUrl: ready.http });
    socket = new WebSocketTransport({ isTestnet: true, url: ready.ws });
    info = new InfoClient({ transport });
    exchange = new ExchangeClient({ transport, wallet: privateKeyToAccount(ready.keys.agent) });
    asset = (await SymbolConverter.create({ transport })).getAssetId('BTC') ?? -1;
    bid = Number((await info.l2Book({ coin: 'BTC' }))?.levels[0][0]?.px);
  });
  afterAll(() => socket.close());

  const leg = (p: number, s = '0.01') =>
    ({ a: asset, b: true, p: String(Math.round(p)), s, r: false, t: { limit: { tif: 'Gtc' } } }) as const;

  it('reads markets, books and the account', async () => {
    const [meta, contexts] = await info.metaAndAssetCtxs();
    expect(meta.universe[asset]?.name).toBe('BTC');
    expect(Number(contexts[asset]?.markPx)).toBeGreaterThan(0);
    expect((await info.spotMeta()).tokens.map((one) => one.name)).toEqual(['USDC', 'UBTC']);
    expect(await info.userAbstraction({ user: ready.user })).toBe('unifiedAccount');
    const { balances } = await info.spotClearinghouseState({ user: ready.user });
    expect(Number(balances.find((one) => one.coin === 'USDC')?.total)).toBeGreaterThan(0);
  });

  it('places, modifies and cancels by number and by client id', async () => {
    const cloid = `0x${'ab'.repeat(16)}` as const;
    const placed = await exchange.order({ orders: [{ ...leg(bid * 0.9), c: cloid }], grouping: 'na' });
    const [status] = placed.response.data.statuses;
    expect(status).toHaveProperty('resting');
    const record = await info.orderStatus({ user: ready.user, oid: cloid });
    expect(record).toMatchObject({ status: 'order', order: { status: 'open' } });
    const modified = await exchange.batchModify({
      modifies: [{ oid: cloid, order: { ...leg(bid * 0.89), c: cloid } }],
    });
    expect(modified.response.data.statuses[0]).toHaveProperty('resting');
    await exchange.cancelByCloid({ cancels: [{ asset, cloid }] });
    await expect(exchange.cancelByCloid({ cancels: [{ asset, cloid }] })).rejects.toThrow(
      /never placed, already canceled/,
    );
  });

  it('throws when one leg of a batch fails, with the statuses of all in the error', async () => {
    await control('fault', { fault: 'refuse', said: 'Insufficient margin to place order. asset=1', count: 1 });
    const asked = exchange.order({ orders: [leg(bid * 0.9), leg(bid * 0.9)], grouping: 'na' });
    const error = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiRequestError);
    expect(JSON.stringify(Reflect.get(error as object, 'response'))).toMatch(/error.*resting/);
  });

  it('hears of books, orders and fills, and again after its socket was killed', async () => {
    const subscriptions = new SubscriptionClient({ transport: socket });
    const books: string[] = [];
    const fills: number[] = [];
    await subscriptions.l2Book({ coin: 'BTC' }, (book) => books.push(book.coin));
    await subscriptions.userFills({ user: ready.user }, (event) => event.isSnapshot || fills.push(event.fills.length));
    await exchange.order({ orders: [{ ...leg(bid * 1.05), t: { limit: { tif: 'Ioc' } } }], grouping: 'na' });
    await expect.poll(() => fills.length).toBe(1);
    expect(books.length).toBeGreaterThan(0);
    await control('fault', { fault: 'kill' });
    const before = books.length;
    await expect.poll(() => books.length, { timeout: 20_000 }).toBeGreaterThan(before);
  });

  it('is refused with a stranger’s key and with a nonce used before', async () => {
    const transport = new HttpTransport({ isTestnet: true, apiUrl: ready.http });
    const stranger = new ExchangeClient({ transport, wallet: privateKeyToAccount(`0x${'44'.repeat(32)}`) });
    await expect(stranger.cancel({ cancels: [{ a: asset, o: 1 }] })).rejects.toThrow(/does not exist/);
    const nonce = Date.UTC(2020, 2, 12, 12);
    const wallet = privateKeyToAccount(ready.keys.agent);
    const again = new ExchangeClient({ transport, wallet });
    await again.noop({ nonce });
    await expect(again.noop({ nonce })).rejects.toThrow(/duplicate nonce/);
    const other = new ExchangeClient({ transport: new HttpTransport({ apiUrl: ready.http }), wallet });
    // Signed for the other chain it is somebody else's signature.
    await expect(other.noop({ nonce: nonce + 1 })).rejects.toThrow(/does not exist/);
  });

  it('approves an agent by the account’s own typed signature, and none by an agent’s', async () => {
    const transport = new HttpTransport({ isTestnet: true, apiUrl: ready.http });
    const fresh = privateKeyToAccount(`0x${'55'.repeat(32)}`);
    const wanted = { agentAddress: fresh.address, agentName: 'desk' };
    await expect(exchange.approveAgent(wanted)).rejects.toThrow(/does not exist/);
    await new ExchangeClient({ transport, wallet: privateKeyToAccount(ready.keys.user) }).approveAgent(wanted);
    expect(await info.userRole({ user: fresh.address })).toMatchObject({ role: 'agent' });
    await new ExchangeClient({ transport, wallet: fresh }).noop({ nonce: Date.UTC(2020, 2, 12, 12) });
  });
});

/** ccxt pays a stranger by default: only without its start-up does it send nothing but what it is asked to. */
class Frugal extends ccxt.pro.hyperliquid {
  override async initializeClient(): Promise<boolean> {
    return true;
  }
}

describe('ccxt on the simulator', () => {
  const PERPETUAL = 'BTC/USDC:USDC';
  let client: Frugal;

  beforeAll(async () => {
    client = new Frugal({ walletAddress: ready.user, privateKey: ready.keys.agent, enableRateLimit: false });
    client.urls.api = { public: ready.http, private: ready.http, ws: { public: ready.ws } };
    client.options.sandboxMode = true;
    client.options.builderFee = false;
    client.options.approvedBuilderFee = false;
    // ccxt refuses ws:// until this was called once.
    await client.loadHttpProxyAgent();
    await client.loadMarkets();
  });
  afterAll(() => client.close());

  it('knows the perpetual and the spot pair', () => {
    expect(client.markets?.[PERPETUAL]).toMatchObject({ type: 'swap', linear: true, precision: { amount: 0.001 } });
    expect(Object.values(client.markets ?? {}).some((one) => one?.spot)).toBe(true);
  });

  it('reads tickers, books and the balance', async () => {
    const { bids, asks } = await client.fetchOrderBook(PERPETUAL);
    expect(bids[0]![0]!).toBeLessThan(asks[0]![0]!);
    expect((await client.fetchBalance({ type: 'spot' })).USDC!.total!).toBeGreaterThan(0);
  });

  it('places and cancels an order, and is told why one is refused', async () => {
    const { bids } = await client.fetchOrderBook(PERPETUAL);
    const price = Math.round(bids[0]![0]! * 0.9);
    const order = await client.createOrder(PERPETUAL, 'limit', 'buy', 0.01, price);
    expect((await client.fetchOpenOrders(PERPETUAL)).map((one) => one.id)).toContain(order.id);
    await client.cancelOrder(order.id ?? '', PERPETUAL);
    await expect(
      client.createOrder(PERPETUAL, 'limit', 'buy', 90_000, Math.round(bids[0]![0]! * 0.99)),
    ).rejects.toThrow(/Insufficient margin/);
  });

  it('trades at market, watches it, and holds what it bought', async () => {
    const { asks } = await client.fetchOrderBook(PERPETUAL);
    const trades = client.watchMyTrades(PERPETUAL);
    let told = false;
    void trades.then(() => {
      told = true;
    });
    while (!told) await client.createOrder(PERPETUAL, 'market', 'buy', 0.01, asks[0]![0]!);
    expect((await trades).at(-1)).toMatchObject({ symbol: PERPETUAL });
    const [position] = await client.fetchPositions([PERPETUAL]);
    expect(position?.side).toBeDefined();
    expect((await client.fetchMyTrades(PERPETUAL)).length).toBeGreaterThan(0);
    const book = await client.watchOrderBook(PERPETUAL);
    expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
  });

  it('is refused where it would pay a stranger: no builder was approved', async () => {
    const usual = new ccxt.hyperliquid({
      walletAddress: ready.user,
      privateKey: ready.keys.agent,
      enableRateLimit: false,
    });
    usual.urls.api = { public: ready.http, private: ready.http };
    usual.options.sandboxMode = true;
    usual.options.approvedBuilderFee = true;
    const order = usual.createOrder(PERPETUAL, 'limit', 'buy', 0.01, 5_000);
    await expect(order).rejects.toThrow(/Builder fee has not been approved/);
  });

  it('takes control calls for price and time', async () => {
    expect(await control('price', { price: 5_000 })).toMatchObject({ ok: true });
    expect(Number((await client.fetchTicker(PERPETUAL)).info.oraclePx)).toBeCloseTo(5_000, 0);
    expect(await control('time', { advance: 60_000 })).toMatchObject({ ok: true });
  });
});
