import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import { instrumentId } from '#shared/units/ids.ts';
import { CORE_ACCOUNT } from '#test/venues/simulator/desk.ts';
import { marketOrder, movingMarket, type Rehearsal } from '#test/venues/simulator/schedule.ts';
import { type DeriveBench, openDeriveBench } from './bench.ts';
import { SUBACCOUNT } from './keys.ts';

const VENUE = 'derive-sim';
const resources = movingMarket();
const CORE: Readonly<Record<string, string>> = {
  [instrumentId(VENUE, 'BTC-PERP')]: 'BTC_USDC-PERPETUAL',
  [instrumentId(VENUE, 'BTC-20200327-7000-C')]: 'BTC_USDC-27MAR20-7000-C',
};
const coreId = (id: string) => instrumentId(DERIBIT, CORE[id] ?? '');

export const REHEARSAL: Rehearsal<DeriveBench> = {
  open: (seed) => openDeriveBench({ resources, seed, within: true }),
  steps: 15,
  settlesMs: 4_000,
  truth: { account: CORE_ACCOUNT, idOf: coreId },
  account: 'main',
  traded: [
    { instrument: instrumentId(VENUE, 'BTC-PERP'), quantity: 0.02, price: 7_000 },
    { instrument: instrumentId(VENUE, 'BTC-20200327-7000-C'), quantity: 0.2, price: 600 },
  ],
  tellsAll: false,
  channels: { books: 'orderbook.', tickers: 'ticker_slim.', own: [`${SUBACCOUNT}.orders`, `${SUBACCOUNT}.trades`] },
  requests: ['private/order', 'private/', 'public/get_time'],
  tradeApart: ({ simulator }, { instrument, quantity }, side) =>
    simulator.tradeApart(marketOrder(coreId(instrument), side, quantity)),
  published: ({ simulator }, instrument) => simulator.published(CORE[instrument] ?? ''),
  more: { refuse: ({ simulator }) => simulator.faults.refuse(11_009, 1) },
};
