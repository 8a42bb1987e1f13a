// The simulator starts with one command, satisfies ccxt over both wires, takes control calls, and ends with its parent.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import ccxt from 'ccxt';
import { expect, it } from 'vitest';

interface Ready {
  readonly rest: string;
  readonly ws: string;
  readonly control: string;
  readonly key: { readonly apiKey: string; readonly secret: string; readonly password: string };
}

it('is an OKX to ccxt', async () => {
  const child = spawn(process.execPath, ['test/venues/okx/start.ts', '--port', '0'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const line = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  const { rest, ws, control, key } = JSON.parse(line) as Ready;
  const client = new ccxt.pro.okx({ ...key, enableRateLimit: false });
  client.urls.api = { rest, ws };
  await client.loadHttpProxyAgent();
  const types = Object.values((await client.loadMarkets()) ?? {}).map((one) => one?.type);
  expect([...new Set(types)].sort()).toEqual(['future', 'option', 'spot', 'swap']);
  const book = await client.watchOrderBook('BTC/USD:BTC');
  expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
  const order = await client.createOrder('BTC/USD:BTC', 'market', 'buy', 1);
  const trades = await client.fetchMyTrades('BTC/USD:BTC');
  expect(trades.some((one) => one.order === order.id)).toBe(true);
  await fetch(`${control}/fault`, { method: 'POST', body: JSON.stringify({ fault: 'refuse', code: 51_008 }) });
  await expect(client.createOrder('BTC/USD:BTC', 'market', 'buy', 1)).rejects.toThrow(/51008/);
  const stranger = new ccxt.okx({ ...key, secret: 'wrong', enableRateLimit: false });
  stranger.urls.api = { rest };
  await expect(stranger.fetchBalance()).rejects.toThrow(/Invalid Sign/);
  await client.close();
  child.stdin.end();
  expect(await ended).toBe(0);
});
