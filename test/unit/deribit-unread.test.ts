// Tickers that wait unread: the last of each is what is told, a late one is not, and nothing else is kept back.
import { describe, expect, it } from 'vitest';
import { createChannels } from '#main/venues/deribit/channels.ts';

const NAME = 'BTC-27MAR20-7000-P';
const CHANNEL = `ticker.${NAME}.100ms`;
const frame = (channel: string, data: object) =>
  JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { channel, data } });
const at = (timestamp: number, mark: number) => frame(CHANNEL, { mark, timestamp, instrument_name: NAME });

async function listening() {
  const flaws: string[] = [];
  const told: unknown[] = [];
  const channels = createChannels(({ code }) => flaws.push(code));
  await channels.open([CHANNEL], () => (data) => told.push(Reflect.get(data as object, 'mark')));
  return { channels, flaws, told };
}

describe('tickers that wait unread', () => {
  it('are told once, by the last of each', async () => {
    const { channels, told } = await listening();
    for (const [stamp, mark] of [[1_699_578_548_021, 1], [1_699_578_548_121, 2], [1_699_578_548_221, 3]] as const) {
      expect(channels.keep(at(stamp, mark))).toBe(true);
    } // biome-ignore format: one glance
    expect(told).toEqual([]);
    channels.readKept();
    channels.readKept();
    expect(told).toEqual([3]);
  });

  it('are not replaced by one that came late', async () => {
    const { channels, told } = await listening();
    channels.keep(at(1_699_578_548_221, 3));
    channels.keep(at(1_699_578_548_121, 2));
    channels.readKept();
    expect(told).toEqual([3]);
  });

  it('are gone with their connection', async () => {
    const { channels, told } = await listening();
    channels.keep(at(1_699_578_548_221, 3));
    channels.lost();
    channels.readKept();
    expect(told).toEqual([]);
  });

  it('cost one flaw where they cannot be read', async () => {
    const { channels, flaws, told } = await listening();
    channels.keep(at(1_699_578_548_221, 3).slice(0, -1));
    channels.readKept();
    expect([flaws, told]).toEqual([['bad-payload'], []]);
  });

  it('leave answers, private news and books to be read at once', async () => {
    const { channels } = await listening();
    const others = [
      '{"jsonrpc":"2.0","id":1,"result":{}}',
      frame('user.changes.any.any.raw', { note: 'ticker.' }),
      frame('book.BTC-PERPETUAL.100ms', {}),
      `{"params":{"channel":"${CHANNEL}","data":{}},"method":"subscription","jsonrpc":"2.0"}`,
    ];
    expect(others.map(channels.keep)).toEqual([false, false, false, false]);
  });
});
