import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import { instrumentId, nameOf } from '#shared/units/ids.ts';
import { trials } from '#test/support/trials.ts';
import { type Bench, openBench } from './deribit/bench.ts';
import { movingMarket, type Rehearsal } from './simulator/schedule.ts';
import { faultSchedules } from './simulator/schedules.ts';

const VENUE = 'deribit-sim';
const resources = movingMarket();
const traded = (name: string, quantity: number, price: number) => ({
  instrument: instrumentId(VENUE, name),
  quantity,
  price,
});

const REHEARSAL: Rehearsal<Bench> = {
  open: (seed) => openBench({ resources, seed }),
  account: 'main',
  traded: [
    traded('BTC-PERPETUAL', 50, 7_000),
    traded('BTC_USDC-PERPETUAL', 0.02, 7_000),
    traded('BTC-27MAR20-7000-P', 0.2, 0.1),
  ],
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

faultSchedules(
  REHEARSAL,
  { account: 'options', idOf: (instrument) => instrumentId(DERIBIT, nameOf(instrument)) },
  { schedules: trials(100), groups: 10, steps: 25 },
);
