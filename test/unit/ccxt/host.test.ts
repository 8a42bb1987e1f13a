// The far side of the border: a watch that fails is told and taken up again, a book is told as it was and not as it becomes,
// tickers that ccxt passes over are told too, and what it throws comes over as the names of its classes.
import { describe, expect, it } from 'vitest';
import { createBooks } from '#main/venues/ccxt/books.ts';
import { type FromHost, localBorder } from '#main/venues/ccxt/border.ts';
import { createCalls } from '#main/venues/ccxt/calls.ts';
import { CCXT_LIMITS } from '#main/venues/ccxt/config.ts';
import { DIALECTS } from '#main/venues/ccxt/dialects.ts';
import { type CcxtExchange, serveCcxt } from '#main/venues/ccxt/host.ts';
import { createListing } from '#main/venues/ccxt/listing.ts';
import { createManualClock, settle } from '#test/support/manual-clock.ts';

class VenueSaysNo extends Error {}
class NetworkError extends Error {}

const OPENING = { exchange: 'fake', options: {}, endpoints: null, testnet: null, paced: false, tagHeaders: [] };
const SYMBOL = 'BTC/USD:BTC';

/** An exchange whose watches answer when the test says so. */
function fake() {
  const orderbooks: Record<string, unknown> = {};
  const tickers: Record<string, unknown> = {};
  const waiting: { resolve(value: unknown): void; reject(reason: Error): void }[] = [];
  const renewed: unknown[] = [];
  const exchange: CcxtExchange & Record<string, unknown> = {
    urls: {},
    orderbooks,
    tickers,
    clients: {},
    sign: () => ({}),
    setSandboxMode: () => undefined,
    enableDemoTrading: () => undefined,
    loadHttpProxyAgent: async () => undefined,
    close: async () => undefined,
    watchOrderBook: () => new Promise((resolve, reject) => waiting.push({ resolve, reject })),
    unWatchOrderBook: async (symbol: unknown) => void renewed.push(symbol),
    watchTickers: () => new Promise((resolve, reject) => waiting.push({ resolve, reject })),
    createOrder: async () => {
      throw new VenueSaysNo('no');
    },
  };
  return { exchange, orderbooks, tickers, waiting, renewed };
}

async function opened() {
  const one = fake();
  const { near, far } = localBorder();
  const heard: FromHost[] = [];
  near.listen((message) => heard.push(message));
  serveCcxt(
    far,
    async () => one.exchange,
    async () => ({}),
    async () => undefined,
  );
  const calls = createCalls('fake', near, createManualClock(0), CCXT_LIMITS);
  await calls.open(OPENING);
  return { ...one, calls, heard };
}

describe('ccxt beyond the border', () => {
  it('tells a book as it was when it came, and none once ccxt has dropped it', async () => {
    const { calls, waiting, orderbooks, heard } = await opened();
    calls.watch('watchOrderBook', [SYMBOL], { onValue: () => undefined, onLost: () => undefined });
    await settle();
    const book = { bids: [[1, 2]], asks: [[3, 4]], timestamp: 5 };
    orderbooks[SYMBOL] = book;
    waiting.shift()?.resolve(book);
    await settle();
    book.bids[0] = [9, 9];
    delete orderbooks[SYMBOL];
    waiting.shift()?.resolve(book);
    await settle();
    const told = heard.flatMap((message) => (message.type === 'watched' ? [message.value] : []));
    expect(told).toEqual([{ bids: [[1, 2]], asks: [[3, 4]], timestamp: 5 }, null]);
  });

  it('tells every ticker that changed, not only the one it was woken for', async () => {
    const { calls, waiting, tickers, heard } = await opened();
    calls.watch('watchTickers', [['A', 'B']], { onValue: () => undefined, onLost: () => undefined });
    await settle();
    Object.assign(tickers, { A: { symbol: 'A' }, B: { symbol: 'B' } });
    waiting.shift()?.resolve({ A: tickers.A });
    await settle();
    tickers.B = { symbol: 'B', bid: 1 };
    waiting.shift()?.resolve({ B: tickers.B });
    await settle();
    const told = heard.flatMap((message) => (message.type === 'watched' ? [message.value] : []));
    expect(told).toEqual([[{ symbol: 'A' }, { symbol: 'B' }], [{ symbol: 'B', bid: 1 }]]);
  });

  it('takes a lost watch up again, and does not stand meanwhile', async () => {
    const { calls, waiting } = await opened();
    const lost: string[] = [];
    calls.watch('watchTickers', [], { onValue: () => undefined, onLost: ({ code }) => lost.push(code) });
    await settle();
    expect(await calls.isStanding()).toBe(true);
    waiting.shift()?.reject(new NetworkError('gone'));
    await settle();
    expect([lost, waiting.length, await calls.isStanding()]).toEqual([['ccxt-NetworkError'], 1, true]);
  });

  it('answers with the classes of what was thrown', async () => {
    const { calls } = await opened();
    await expect(calls.call('createOrder')).rejects.toMatchObject({
      fault: { code: 'ccxt-VenueSaysNo', details: { definite: false } },
    });
    await expect(calls.call('fetchTime')).rejects.toThrow('ccxt has no fetchTime');
  });

  it('hides a book that is crossed and asks for it anew', async () => {
    const { calls, waiting, orderbooks, renewed } = await opened();
    const config = {
      venue: 'okx',
      exchange: 'okx',
      account: { id: 'main', name: 'Main' },
      underlyings: ['BTC'],
      kinds: ['perpetual'],
      endpoints: null,
      sandbox: false,
      paced: false,
      limits: CCXT_LIMITS,
    } as const;
    const listing = createListing(config, DIALECTS.okx, () => undefined);
    const coins = { base: 'BTC', quote: 'USD', settle: 'BTC', inverse: true, linear: false };
    const sizes = { contractSize: '100', precision: { amount: '0.1', price: '0.1' } };
    listing.load([{ id: 'BTC-USD-SWAP', symbol: SYMBOL, type: 'swap', active: true, ...coins, ...sizes, info: {} }]);
    const books = createBooks(config, calls, listing, () => undefined);
    // Nothing is followed yet: the first question is answered by a snapshot, which this exchange has not.
    await expect(books.depth('okx:BTC-USD-SWAP', 5)).rejects.toThrow('ccxt has no fetchOrderBook');
    const show = async (bid: number, ask: number) => {
      orderbooks[SYMBOL] = { bids: [[bid, 2]], asks: [[ask, 1.5]], timestamp: 1 };
      waiting.shift()?.resolve(null);
      await settle();
      await settle();
      return books.view('okx:BTC-USD-SWAP', 5);
    };
    expect(await show(10, 11)).toMatchObject({ bids: [{ price: 10, size: 200 }], asks: [{ price: 11, size: 150 }] });
    expect(await show(12, 11)).toBeNull();
    expect([books.gaps, renewed]).toEqual([1, [SYMBOL]]);
    expect(await show(10, 11)).not.toBeNull();
  });
});
