import { HYPERLIQUID } from '#main/venues/paper/demo-book.ts';
import { instrumentId } from '#shared/units/ids.ts';
import { movingMarket, type Rehearsal } from '#test/venues/simulator/schedule.ts';
import { ACCOUNT, type Bench, openBench, VENUE } from './bench.ts';

const resources = movingMarket();
const BTC = instrumentId(VENUE, 'BTC');

export const REHEARSAL: Rehearsal<Bench> = {
  open: (seed) => openBench({ resources, seed, within: true }),
  steps: 15,
  settlesMs: 16_000,
  truth: { account: 'perps', idOf: () => instrumentId(HYPERLIQUID, 'BTC') },
  account: ACCOUNT,
  traded: [{ instrument: BTC, quantity: 0.02, price: 7_000 }],
  tellsAll: false,
  channels: { books: 'l2Book', tickers: 'bbo', own: ['orderUpdates', 'userFills'] },
  requests: ['action order', 'action ', 'info '],
  tradeApart: ({ simulator }, { quantity }, side) => {
    const [b, p] = [side === 'buy', side === 'buy' ? '9000' : '5000'];
    simulator.tradeApart({ a: 1, b, p, s: String(quantity), r: false, t: { limit: { tif: 'Ioc' } } });
  },
  published: ({ simulator }) => simulator.published('BTC'),
  more: {
    'refuse a leg': ({ simulator }) => simulator.faults.refuse('Insufficient margin to place order. asset=1', 1),
    'refuse a batch': ({ simulator }) => simulator.refuseWhole('Price must be divisible by tick size. asset=1', 1),
    'arrive late': ({ simulator }, draw) => simulator.arriveLate(draw.uniform() < 0.5 ? 3_000 : 12_000, 1),
    'stale quotes': ({ simulator }, draw) => simulator.stall(draw.uniform() < 0.5),
  },
};
