import type { z } from 'zod';
import * as deribit from '#main/venues/deribit/config.ts';
import * as derive from '#main/venues/derive/config.ts';
import * as hyperliquid from '#main/venues/hyperliquid/config.ts';
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

const account = (id: string, name: string) => ({ id, name });
const at = ({ venue, url }: { readonly venue: string; readonly url: string }) => ({ venue, url });

const COINS = ['BTC', 'ETH'];
const DERIBIT = { adapter: 'deribit' as const, currencies: ['BTC', 'ETH', 'USDC'] };
const HYPERLIQUID = { adapter: 'hyperliquid' as const, underlyings: COINS };
const DERIVE = { adapter: 'derive' as const, underlyings: COINS };
const OKX = { adapter: 'ccxt' as const, exchange: 'okx' as const, underlyings: COINS };

/** Simulators on the ports of test/venues/start-all.ts; they trade in one coin, and their accounts are known. */
const SIMULATORS = {
  'deribit-sim': {
    ...DERIBIT,
    venue: 'deribit-sim',
    url: 'ws://127.0.0.1:8471/ws/api/v2',
    account: account('deribit-sim', 'Deribit simulator'),
    currencies: ['BTC', 'USDC'],
    paced: false,
  },
  'hyperliquid-sim': {
    ...HYPERLIQUID,
    venue: 'hyperliquid-sim',
    url: 'ws://127.0.0.1:8472/ws',
    testnet: true,
    account: account('hyperliquid-sim', 'Hyperliquid simulator'),
    user: '0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a',
    underlyings: ['BTC'],
    paced: false,
  },
  'derive-sim': {
    ...DERIVE,
    venue: 'derive-sim',
    url: 'ws://127.0.0.1:8473/ws',
    testnet: false,
    account: account('derive-sim', 'Derive simulator'),
    owner: { wallet: '0x9135BA0f495244dc0A5F029b25CDE95157Db89AD', subaccount: 30_769 },
    underlyings: ['BTC'],
    paced: false,
  },
  'okx-sim': {
    ...OKX,
    venue: 'okx-sim',
    account: account('okx-sim', 'OKX simulator'),
    endpoints: { rest: 'http://127.0.0.1:8474', ws: 'ws://127.0.0.1:8474/ws/v5' },
    underlyings: ['BTC'],
    paced: false,
  },
} as const satisfies Record<string, VenueText>;

function simulator(name: keyof typeof SIMULATORS, title: string): ProfileText {
  return {
    name,
    title: `${title} simulator on this machine`,
    environment: 'PAPER',
    clock: 'venue',
    venues: [SIMULATORS[name]],
  };
}

function single(name: string, title: string, environment: 'PAPER' | 'LIVE', venue: VenueText): ProfileText {
  return { name, title, environment, venues: [venue] };
}

export const BUILT_IN: readonly ProfileText[] = [
  {
    name: 'all-sims',
    title: 'All simulators on this machine',
    environment: 'PAPER',
    clock: 'venue',
    venues: Object.values(SIMULATORS),
  },
  simulator('deribit-sim', 'Deribit'),
  single('deribit-testnet', 'Deribit testnet', 'PAPER', {
    ...DERIBIT,
    ...deribit.TESTNET,
    account: account('deribit-testnet', 'Deribit testnet'),
  }),
  single('deribit', 'Deribit', 'LIVE', { ...DERIBIT, ...deribit.PRODUCTION, account: account('deribit', 'Deribit') }),
  simulator('hyperliquid-sim', 'Hyperliquid'),
  single('hyperliquid-testnet', 'Hyperliquid testnet', 'PAPER', {
    ...HYPERLIQUID,
    ...hyperliquid.TESTNET,
    account: account('hyperliquid-testnet', 'Hyperliquid testnet'),
  }),
  single('hyperliquid', 'Hyperliquid', 'LIVE', {
    ...HYPERLIQUID,
    ...hyperliquid.PRODUCTION,
    account: account('hyperliquid', 'Hyperliquid'),
  }),
  simulator('derive-sim', 'Derive'),
  single('derive-testnet', 'Derive testnet', 'PAPER', {
    ...DERIVE,
    ...at(derive.TESTNET),
    testnet: true,
    account: account('derive-testnet', 'Derive testnet'),
  }),
  single('derive', 'Derive', 'LIVE', {
    ...DERIVE,
    ...at(derive.PRODUCTION),
    testnet: false,
    account: account('derive', 'Derive'),
  }),
  simulator('okx-sim', 'OKX'),
  single('okx-testnet', 'OKX demo trading', 'PAPER', {
    ...OKX,
    venue: 'okx-testnet',
    sandbox: true,
    account: account('okx-testnet', 'OKX demo trading'),
  }),
  single('okx', 'OKX', 'LIVE', { ...OKX, venue: 'okx', account: account('okx', 'OKX') }),
];
