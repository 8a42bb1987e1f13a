import type { Capabilities } from '#main/engine/ports.ts';
import { DERIBIT_CAPABILITIES } from '#main/venues/deribit/adapter.ts';
import { PRODUCTION, TESTNET } from '#main/venues/deribit/config.ts';
import { HYPERLIQUID_CAPABILITIES } from '#main/venues/hyperliquid/adapter.ts';
import * as hyperliquid from '#main/venues/hyperliquid/config.ts';
import { PAPER_VENUES } from '#main/venues/paper/demo-book.ts';
import { PAPER_CAPABILITIES } from '#main/venues/paper/venue-adapter.ts';
import type { VenueId } from '#shared/units/ids.ts';
import { type Command, DONE, options, toJson } from './command.ts';

interface VenueLine extends Capabilities {
  readonly venue: VenueId;
  /** Where it is reached; null for what runs in process. */
  readonly url: string | null;
}

const VENUES: readonly VenueLine[] = [
  ...[PRODUCTION, TESTNET].map((endpoint) => ({ ...endpoint, ...DERIBIT_CAPABILITIES })),
  ...[hyperliquid.PRODUCTION, hyperliquid.TESTNET].map(({ venue, url }) => ({
    venue,
    url,
    ...HYPERLIQUID_CAPABILITIES,
  })),
  ...PAPER_VENUES.map((venue) => ({ venue, url: null, ...PAPER_CAPABILITIES })),
];

function described({ venue, url, orderTypes, timeInForce, ...flags }: VenueLine): string {
  const able = Object.entries(flags).filter(([, can]) => can);
  const can = [...orderTypes, ...timeInForce, ...able.map(([name]) => name)].join(', ');
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
