import type { Capabilities } from '#main/engine/ports.ts';
import { AAVE_STEPS } from '#main/venues/aave/steps.ts';
import { DERIBIT_CAPABILITIES } from '#main/venues/deribit/adapter.ts';
import { PRODUCTION, TESTNET } from '#main/venues/deribit/config.ts';
import { CHAIN_CAPABILITIES } from '#main/venues/evm/adapter.ts';
import { PAPER_VENUES } from '#main/venues/paper/demo-book.ts';
import { PAPER_CAPABILITIES } from '#main/venues/paper/venue-adapter.ts';
import { PERP_STEPS } from '#main/venues/perp-v2/steps.ts';
import { UNISWAP_STEPS } from '#main/venues/uniswap/steps.ts';
import type { VenueId } from '#shared/units/ids.ts';
import { type Command, DONE, options, toJson } from './command.ts';

interface VenueLine extends Capabilities {
  readonly venue: VenueId;
  /** Where it is reached; null for what runs in process. */
  readonly url: string | null;
  /** What contracts on a chain take in the place of orders. */
  readonly steps?: readonly string[];
}

/** Protocols are reached by the node of whoever uses them. */
const PROTOCOLS: readonly (readonly [VenueId, readonly string[]])[] = [
  ['aave-v3', AAVE_STEPS],
  ['uniswap-v3', UNISWAP_STEPS],
  ['perp-v2', PERP_STEPS],
];

const VENUES: readonly VenueLine[] = [
  ...[PRODUCTION, TESTNET].map((endpoint) => ({ ...endpoint, ...DERIBIT_CAPABILITIES })),
  ...PROTOCOLS.map(([venue, steps]) => ({ venue, url: null, ...CHAIN_CAPABILITIES, steps })),
  ...PAPER_VENUES.map((venue) => ({ venue, url: null, ...PAPER_CAPABILITIES })),
];

function described({ venue, url, steps = [], orderTypes, timeInForce, ...flags }: VenueLine): string {
  const able = Object.entries(flags).filter(([, can]) => can);
  const can = [...steps, ...orderTypes, ...timeInForce, ...able.map(([name]) => name)].join(', ');
  return `${venue}${url === null ? '' : ` (${url})`}\n    ${can}`;
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
