import type { z } from 'zod';
import * as deribit from '#main/venues/deribit/config.ts';
import type { venueProfile } from './adapters/index.ts';

/** A profile as its file would have it. */
interface ProfileText {
  readonly name: string;
  readonly title: string;
  readonly environment: 'PAPER' | 'LIVE';
  readonly clock?: 'venue';
  readonly venues: readonly z.input<typeof venueProfile>[];
}
type VenueText = ProfileText['venues'][number];

/** The account of a venue that has one only. */
const account = (id: string, name: string) => ({ id, name });

const DERIBIT_SIM: VenueText = {
  adapter: 'deribit',
  venue: 'deribit-sim',
  url: 'ws://127.0.0.1:8471/ws/api/v2',
  account: account('deribit-sim', 'Deribit simulator'),
  currencies: ['BTC', 'USDC'],
  paced: false,
};
const DERIBIT = { adapter: 'deribit' as const, currencies: ['BTC', 'ETH', 'USDC'] };

export const BUILT_IN: readonly ProfileText[] = [
  {
    name: 'deribit-sim',
    title: 'Deribit simulator on this machine',
    environment: 'PAPER',
    clock: 'venue',
    venues: [DERIBIT_SIM],
  },
  {
    name: 'deribit-testnet',
    title: 'Deribit testnet',
    environment: 'PAPER',
    venues: [{ ...DERIBIT, ...deribit.TESTNET, account: account('deribit-testnet', 'Deribit testnet') }],
  },
  {
    name: 'deribit',
    title: 'Deribit',
    environment: 'LIVE',
    venues: [{ ...DERIBIT, ...deribit.PRODUCTION, account: account('deribit', 'Deribit') }],
  },
];
