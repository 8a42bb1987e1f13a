// The native Derive adapter keeps the contract of every venue, on a simulator that recovers the signer of each order.
import { plainResources } from '#test/fixtures/paper/market.ts';
import { type ContractVenue, venueContract } from './contract.ts';
import { openDeriveBench } from './derive/bench.ts';

const QUANTITY = {
  'derive-sim:BTC-PERP': '0.02',
  'derive-sim:BTC-20200327-9000-P': '0.2',
};

async function contractVenue(instrument: keyof typeof QUANTITY): Promise<ContractVenue> {
  const bench = await openDeriveBench({ resources: plainResources([10_000, 10_000]) });
  return {
    adapter: bench.venue.adapter,
    advance: bench.advance,
    account: 'main',
    instrument,
    quantity: QUANTITY[instrument],
    close: bench.close,
  };
}

venueContract('derive on its simulator: perpetual', () => contractVenue('derive-sim:BTC-PERP'));
venueContract('derive on its simulator: option', () => contractVenue('derive-sim:BTC-20200327-9000-P'));
