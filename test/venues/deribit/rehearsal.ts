import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import { instrumentId, nameOf } from '#shared/units/ids.ts';
import { CORE_ACCOUNT } from '#test/venues/simulator/desk.ts';
import { movingMarket, type Rehearsal } from '#test/venues/simulator/schedule.ts';
import { type Bench, openBench } from './bench.ts';

const VENUE = 'deribit-sim';
const resources = movingMarket();
const traded = (name: string, quantity: number, price: number) => ({
  instrument: instrumentId(VENUE, name),
  quantity,
  price,
});

export const REHEARSAL: Rehearsal<Bench> = {
  open: (seed) => openBench({ resources, seed, within: true }),
  steps: 15,
  settlesMs: 4_000,
  truth: { account: CORE_ACCOUNT, idOf: (instrument) => instrumentId(DERIBIT, nameOf(instrument)) },
  account: 'main',
  traded: [
    traded('BTC-PERPETUAL', 50, 7_000),
    traded('BTC_USDC-PERPETUAL', 0.02, 7_000),
    traded('BTC-27MAR20-7000-P', 0.2, 0.1),
  ],
  tellsAll: false,
  channels: { books: 'book.', tickers: 'ticker.', own: ['user.changes'] },
  requests: ['private/buy', 'private/sell', 'private/'],
  tradeApart: ({ simulator }, { instrument, quantity }, side) =>
    simulator.tradeApart(side, { instrument_name: nameOf(instrument), amount: quantity, type: 'market' }),
  published: ({ simulator }, instrument) => simulator.published(nameOf(instrument)),
  more: {
    refuse: ({ simulator }) => simulator.faults.refuse(10_009, 1),
    'expire tokens': ({ simulator }) => simulator.expireTokens(),
  },
};
