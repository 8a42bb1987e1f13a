import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import { instrumentId } from '#shared/units/ids.ts';
import { CORE_ACCOUNT } from '#test/venues/simulator/desk.ts';
import { marketOrder, movingMarket, type Rehearsal } from '#test/venues/simulator/schedule.ts';
import { type OkxBench, openOkxBench } from './bench.ts';

const VENUE = 'okx-sim';
const resources = movingMarket();
const CORE: Readonly<Record<string, string>> = {
  [instrumentId(VENUE, 'BTC-USD-SWAP')]: 'BTC-PERPETUAL',
  [instrumentId(VENUE, 'BTC-USDC-SWAP')]: 'BTC_USDC-PERPETUAL',
};
const coreId = (id: string) => instrumentId(DERIBIT, CORE[id] ?? '');

export const REHEARSAL: Rehearsal<OkxBench> = {
  open: (seed) => openOkxBench({ resources, seed, within: true }),
  steps: 15,
  settlesMs: 12_000,
  truth: { account: CORE_ACCOUNT, idOf: coreId },
  account: 'main',
  traded: [
    { instrument: instrumentId(VENUE, 'BTC-USD-SWAP'), quantity: 50, price: 7_000 },
    { instrument: instrumentId(VENUE, 'BTC-USDC-SWAP'), quantity: 0.02, price: 7_000 },
  ],
  tellsAll: true,
  channels: { books: 'books:', tickers: 'tickers:', own: ['orders'] },
  requests: ['trade/batch-orders', 'trade/', 'market/', 'public/'],
  tradeApart: ({ simulator }, { instrument, quantity }, side) =>
    simulator.tradeApart(marketOrder(coreId(instrument), side, quantity)),
  published: ({ simulator }, instrument) => simulator.published(CORE[instrument] ?? ''),
  more: { refuse: ({ simulator }) => simulator.faults.refuse(51_008, 1) },
};
