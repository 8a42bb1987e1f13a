import { march2020, plainResources } from '#test/fixtures/paper/market.ts';
import { openVenues } from '#test/fixtures/paper/venues.ts';
import { type ContractVenue, venueContract } from './contract.ts';

const QUANTITY = {
  'deribit-paper:BTC-PERPETUAL': '50',
  'deribit-paper:BTC-27MAR20-6000-P': '0.2',
  'hyperliquid-paper:BTC': '0.05',
};

async function contractVenue(instrument: keyof typeof QUANTITY, real: boolean): Promise<ContractVenue> {
  const bench = openVenues(real ? march2020() : plainResources([10_000, 10_000]));
  const adapter = bench.adapters.find((one) => instrument.startsWith(one.id))!;
  if (real) bench.tape.play();
  return {
    adapter,
    advance: bench.clock.advance,
    account: instrument.startsWith('deribit') ? 'options' : 'perps',
    instrument,
    quantity: QUANTITY[instrument],
  };
}

venueContract('paper: inverse perpetual, tape standing', () => contractVenue('deribit-paper:BTC-PERPETUAL', false));
venueContract('paper: linear perpetual, real tape', () => contractVenue('hyperliquid-paper:BTC', true));
venueContract('paper: coin-settled option, real tape', () => contractVenue('deribit-paper:BTC-27MAR20-6000-P', true));
