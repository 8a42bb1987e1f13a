import { march2020, plainResources } from '#test/fixtures/paper/market.ts';
import { type ContractVenue, venueContract } from './contract.ts';
import { ACCOUNT, openBench } from './hyperliquid/bench.ts';

async function contractVenue(real: boolean): Promise<ContractVenue> {
  const bench = await openBench({ resources: real ? march2020() : plainResources([9_000, 9_000]) });
  return {
    adapter: bench.venue.adapter,
    advance: bench.advance,
    account: ACCOUNT,
    instrument: 'hyperliquid-sim:BTC',
    quantity: '0.05',
    close: bench.close,
  };
}

venueContract('hyperliquid on its simulator: tape standing', () => contractVenue(false));
venueContract('hyperliquid on its simulator: real tape', () => contractVenue(true));
