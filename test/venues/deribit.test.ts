import { march2020, plainResources } from '#test/fixtures/paper/market.ts';
import { type ContractVenue, venueContract } from './contract.ts';
import { openBench } from './deribit/bench.ts';

const QUANTITY = {
  'deribit-sim:BTC-PERPETUAL': '50',
  'deribit-sim:BTC-27MAR20-6000-P': '0.2',
};

async function contractVenue(instrument: keyof typeof QUANTITY, real: boolean): Promise<ContractVenue> {
  const bench = await openBench({ resources: real ? march2020() : plainResources([10_000, 10_000]) });
  return {
    adapter: bench.venue.adapter,
    advance: bench.advance,
    account: 'main',
    instrument,
    quantity: QUANTITY[instrument],
    close: bench.close,
  };
}

venueContract('deribit on its simulator: inverse perpetual', () => contractVenue('deribit-sim:BTC-PERPETUAL', false));
venueContract('deribit on its simulator: coin-settled option, real tape', () =>
  contractVenue('deribit-sim:BTC-27MAR20-6000-P', true),
);
