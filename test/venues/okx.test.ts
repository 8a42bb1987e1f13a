// The adapter over ccxt keeps the contract of every venue, on a simulator that speaks OKX's wire and with ccxt's own
// class between them: sizes in contracts of four kinds, both settlements, and the venue's own client ids.
import { plainResources } from '#test/fixtures/paper/market.ts';
import { type ContractVenue, venueContract } from './contract.ts';
import { openOkxBench } from './okx/bench.ts';

const QUANTITY = {
  'okx-sim:BTC-USD-SWAP': '50',
  'okx-sim:BTC-USD-200327-9000-P': '0.2',
};

async function contractVenue(instrument: keyof typeof QUANTITY): Promise<ContractVenue> {
  const bench = await openOkxBench({ resources: plainResources([10_000, 10_000]) });
  return {
    adapter: bench.venue.adapter,
    advance: bench.advance,
    account: 'main',
    instrument,
    quantity: QUANTITY[instrument],
    close: bench.close,
  };
}

venueContract('okx by ccxt on its simulator: inverse perpetual', () => contractVenue('okx-sim:BTC-USD-SWAP'));
venueContract('okx by ccxt on its simulator: coin-settled option', () =>
  contractVenue('okx-sim:BTC-USD-200327-9000-P'),
);
