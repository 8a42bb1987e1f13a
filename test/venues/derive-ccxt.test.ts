// The simulator satisfies a client this project did not write: ccxt's Derive, over REST and WebSocket, signatures checked.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import ccxt from 'ccxt';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hex } from '#main/venues/derive/config.ts';
import { STRANGER } from './derive/keys.ts';

interface Ready {
  readonly rest: string;
  readonly ws: string;
  readonly control: string;
  readonly key: { readonly wallet: string; readonly sessionKey: Hex; readonly subaccount: number };
}

const PERPETUAL = 'BTC/USDC:USDC';

describe('ccxt on the Derive simulator', () => {
  const child = spawn(process.execPath, ['test/venues/derive/start.ts', '--port', '0'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let ready: Ready;
  let client: InstanceType<typeof ccxt.pro.derive>;

  const clientOf = (privateKey: Hex) => {
    const made = new ccxt.pro.derive({
      walletAddress: privateKeyToAccount(privateKey).address,
      privateKey,
      enableRateLimit: false,
      options: { deriveWalletAddress: ready.key.wallet, subaccount_id: ready.key.subaccount },
    });
    made.urls.api = { public: `${ready.rest}/public`, private: `${ready.rest}/private`, ws: ready.ws };
    return made;
  };

  beforeAll(async () => {
    const line = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
    ready = JSON.parse(line) as Ready;
    client = clientOf(ready.key.sessionKey);
    // ccxt refuses ws:// until this was called once.
    await client.loadHttpProxyAgent();
  });
  afterAll(async () => {
    await client.close();
    child.stdin.end();
    // It stops with its parent's end of the line.
    expect(await ended).toBe(0);
  });

  it('loads perpetuals and options', async () => {
    const types = Object.values((await client.loadMarkets()) ?? {}).map((one) => one?.type);
    expect([...new Set(types)].sort()).toEqual(['option', 'swap']);
  });

  it('reads tickers and books', async () => {
    const ticker = await client.fetchTicker(PERPETUAL);
    expect(ticker.bid!).toBeLessThan(ticker.ask!);
    const book = await client.watchOrderBook(PERPETUAL);
    expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
    expect((await client.watchTicker(PERPETUAL)).bid).toBeGreaterThan(0);
  });

  it('places and cancels a signed order and finds its trades', async () => {
    const { bid, ask } = await client.fetchTicker(PERPETUAL);
    const fee = { max_fee: '1000' };
    const resting = await client.createOrder(PERPETUAL, 'limit', 'buy', 0.02, Math.round(bid! * 0.95), fee);
    expect(resting.status).toBe('open');
    expect((await client.fetchOpenOrders()).map((one) => one.id)).toEqual([resting.id]);
    expect((await client.cancelOrder(resting.id!, PERPETUAL)).status).toBe('canceled');
    const crossing = await client.createOrder(PERPETUAL, 'limit', 'buy', 0.02, Math.round(ask! * 1.05), fee);
    expect((await client.fetchMyTrades()).some((one) => one.order === crossing.id)).toBe(true);
    const positions = await client.fetchPositions();
    expect(positions.map((one) => one.symbol)).toContain(PERPETUAL);
  });

  it('is refused with too low a fee and with a key nobody registered', async () => {
    const { bid } = await client.fetchTicker(PERPETUAL);
    const place = (by: typeof client, max_fee: string) =>
      by.createOrder(PERPETUAL, 'limit', 'buy', 0.02, Math.round(bid! * 0.95), { max_fee });
    await expect(place(client, '0')).rejects.toThrow(/11023/);
    const stranger = clientOf(STRANGER);
    await stranger.loadMarkets();
    await expect(place(stranger, '1000')).rejects.toThrow(/no such session key/);
  });
});
