import { readFrame as deribitFrame } from '#main/venues/deribit/wire.ts';
import { readFrame as deriveFrame } from '#main/venues/derive/wire.ts';
import { readFrame as hyperliquidFrame } from '#main/venues/hyperliquid/wire.ts';
import { BREADTH } from './breadth.ts';
import { CHAIN } from './chain.ts';
import { DERIBIT } from './deribit.ts';
import { DYDX } from './dydx.ts';
import { HYPERLIQUID } from './hyperliquid.ts';
import type { Parser } from './parser.ts';

const named = (venue: string, parsers: Readonly<Record<string, Parser>>) =>
  Object.entries(parsers).map(([name, parser]) => [`${venue} ${name}`, parser] as const);

/** Every parser of what a venue or a chain sends. */
export const PARSERS: ReadonlyMap<string, Parser> = new Map([
  ...named('deribit', DERIBIT),
  ...named('hyperliquid', HYPERLIQUID),
  ...named('dydx', DYDX),
  ...Object.entries(BREADTH),
  ...Object.entries(CHAIN),
]);

/** What is made of a connection's text before anybody knows what it is; a sound one of each. */
export const FRAMES: ReadonlyMap<string, readonly [sample: string, read: (text: string) => unknown]> = new Map([
  ['deribit frame', ['{"jsonrpc":"2.0","id":1,"result":{"a":[1,"b"]},"usIn":1,"testnet":true}', deribitFrame]],
  [
    'hyperliquid frame',
    ['{"channel":"post","data":{"id":1,"response":{"type":"info","payload":{"data":[1]}}}}', hyperliquidFrame],
  ],
  ['derive frame', ['{"jsonrpc":"2.0","id":1,"result":{"a":[1,"b"]}}', deriveFrame]],
]);
