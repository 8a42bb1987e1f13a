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

/** An exchange through ccxt whose requests are proven and whose answers are not: perpetuals alone. */
function perpetuals(exchange: 'bybit' | 'binance' | 'paradex', title: string, testnet: string): readonly ProfileText[] {
  const named = (venue: string, name: string, sandbox: boolean): VenueText => ({
    adapter: 'ccxt',
    ...{ exchange, venue, sandbox },
    account: account(venue, name),
    underlyings: COINS,
    kinds: ['perpetual'],
  });
  return [
    single(`${exchange}-testnet`, testnet, 'PAPER', named(`${exchange}-testnet`, testnet, true)),
    single(exchange, title, 'LIVE', named(exchange, title, false)),
  ];
}

/** Order books on the ports of test/venues/start-all.ts; they trade in one coin, and their accounts are known. */
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

/** Where test/venues/evm/start.ts puts everything: a chain that begins anew gives the same addresses. */
const LOCAL_USDC = { symbol: 'USDC', address: '0xc5a5c42992decbae36851359345fe25997f5c42d', coin: 'USDC' };
const EVM_SIM: VenueText = {
  adapter: 'evm',
  venue: 'evm-sim',
  account: account('evm-sim', 'Local chain'),
  chain: 'local',
  chainId: 31_337,
  url: 'http://127.0.0.1:8545',
  address: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
  signing: 'node',
  confirmations: 1,
  refreshSeconds: 1,
  tokens: [
    { symbol: 'WETH', address: '0x4ed7c70f96b99c776995fb64377f0d4ab3b0e1c1', coin: 'ETH' },
    { symbol: 'WBTC', address: '0x4a679253410272dd5232b3ff7cf5dbb88f295319', coin: 'BTC' },
    LOCAL_USDC,
  ],
  aave: [
    {
      venue: 'aave-sim',
      account: account('loan', 'Aave loan'),
      pool: '0xa16E02E87b7454126E5E10d957A927A7F5B5d2be',
      oracle: '0xc3e53f4d16ae77db1c982e75a937b9f60fe63690',
      reader: '0xc6e7df5e7b4f2a278906862b61205850344d4e7d',
    },
  ],
  uniswap: [
    {
      venue: 'uniswap-sim',
      account: account('wallet', 'Wallet and ranges'),
      factory: '0x5f3f1dbd7b74c6b46e8c44f98792a1daf8d69154',
      positions: '0x82e01223d51eb87e16a03e24687edf0f294da6f1',
      router: '0x2bdcc0de6be1f7d2ee689a0342d76f52e8efaba3',
      pools: [{ id: 'WETH-USDC-500', base: 'WETH', quote: 'USDC', fee: 500 }],
    },
  ],
  perp: [
    {
      venue: 'perp-sim',
      account: account('perp', 'Perp v2'),
      clearingHouse: '0x4c2f7092c2ae51d986befee378e50bd4db99c901',
      accountBalance: '0x0355b7b8cb128fa5692729ab3aaa199c1753f726',
      exchange: '0xf4b146fba71f41e0592668ffbf264f1d186b2ca8',
      vault: '0xd84379ceae14aa33c123af12424a37803f885889',
      settlement: LOCAL_USDC,
      markets: [{ id: 'ETH-PERP', base: '0x922d6956c99e12dfeb3224dea977d0939758a1fe', coin: 'ETH' }],
    },
  ],
};

export const BUILT_IN: readonly ProfileText[] = [
  {
    name: 'all-sims',
    title: 'All simulators on this machine',
    environment: 'PAPER',
    clock: 'venue',
    venues: [...Object.values(SIMULATORS), EVM_SIM],
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
  ...perpetuals('bybit', 'Bybit', 'Bybit testnet'),
  ...perpetuals('binance', 'Binance', 'Binance demo trading'),
  ...perpetuals('paradex', 'Paradex', 'Paradex testnet'),
  { name: 'evm-sim', title: 'Local chain on this machine', environment: 'PAPER', venues: [EVM_SIM] },
];
