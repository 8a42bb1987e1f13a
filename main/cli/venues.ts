import type { Capabilities } from '#main/engine/ports.ts';
import { ccxtCapabilities } from '#main/venues/ccxt/adapter.ts';
import { type CcxtName, DIALECTS } from '#main/venues/ccxt/dialects.ts';
import { DERIBIT_CAPABILITIES } from '#main/venues/deribit/adapter.ts';
import { PRODUCTION, TESTNET } from '#main/venues/deribit/config.ts';
import { DERIVE_CAPABILITIES } from '#main/venues/derive/adapter.ts';
import * as derive from '#main/venues/derive/config.ts';
import * as dydx from '#main/venues/dydx/config.ts';
import { CHAIN_CAPABILITIES, PROTOCOL_STEPS } from '#main/venues/evm/capabilities.ts';
import { HYPERLIQUID_CAPABILITIES } from '#main/venues/hyperliquid/adapter.ts';
import * as hyperliquid from '#main/venues/hyperliquid/config.ts';
import { PAPER_VENUES } from '#main/venues/paper/demo-book.ts';
import { PAPER_CAPABILITIES } from '#main/venues/paper/venue-adapter.ts';
import type { VenueId } from '#shared/units/ids.ts';
import { type Command, DONE, options, toJson } from './command.ts';

interface VenueLine extends Capabilities {
  readonly venue: VenueId;
  /** Where it is reached; null for what runs in process, what ccxt knows the addresses of, and protocols: at the trader's node. */
  readonly url: string | null;
  /** What contracts on a chain take in the place of orders. */
  readonly steps?: readonly string[];
}

const VENUES: readonly VenueLine[] = [
  ...[PRODUCTION, TESTNET].map((endpoint) => ({ ...endpoint, ...DERIBIT_CAPABILITIES })),
  ...[derive.PRODUCTION, derive.TESTNET].map(({ venue, url }) => ({ venue, url, ...DERIVE_CAPABILITIES })),
  ...(Object.keys(DIALECTS) as CcxtName[]).map((venue) => ({ venue, url: null, ...ccxtCapabilities(venue) })),
  ...[dydx.PRODUCTION, dydx.TESTNET].map((endpoint) => ({ ...endpoint, ...CHAIN_CAPABILITIES })),
  ...PROTOCOL_STEPS.map(([venue, steps]) => ({ venue, url: null, ...CHAIN_CAPABILITIES, steps })),
  ...[hyperliquid.PRODUCTION, hyperliquid.TESTNET].map(({ venue, url }) => ({
    venue,
    url,
    ...HYPERLIQUID_CAPABILITIES,
  })),
  ...PAPER_VENUES.map((venue) => ({ venue, url: null, ...PAPER_CAPABILITIES })),
];

function described({ venue, url, steps = [], orderTypes, timeInForce, ...flags }: VenueLine): string {
  const able = Object.entries(flags).filter(([, can]) => can);
  const can = [...steps, ...orderTypes, ...timeInForce, ...able.map(([name]) => name)].join(', ');
  return `${venue}${url === null ? '' : ` (${url})`}\n    ${can === '' ? 'read only' : can}`;
}

export const venues: Command = {
  usage: 'keel venues',
  about: 'the venues there are adapters for, and what each can do; nothing is connected',
  async run(args, output) {
    options(args, {});
    output.say(VENUES.map(described).join('\n'));
    output.result(toJson(VENUES));
    return DONE;
  },
};
