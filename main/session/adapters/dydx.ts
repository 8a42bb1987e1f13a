import { z } from 'zod';
import { createDydx } from '#main/venues/dydx/adapter.ts';
import { LIMITS } from '#main/venues/dydx/config.ts';
import { askIndexer } from '#main/venues/dydx/indexer.ts';
import { SECOND } from '#shared/units/time.ts';
import { type AdapterKind, askTime, fieldAt } from './adapter-kind.ts';
import { coins, common, httpUrl } from './fields.ts';

const schema = z.strictObject({
  adapter: z.literal('dydx'),
  ...common,
  /** Of an indexer. */
  url: httpUrl,
  /** The account on dYdX's own chain. */
  address: z.string().regex(/^dydx1[0-9a-z]{38}$/, 'expected an address that begins with dydx1'),
  subaccount: z.int().min(0).max(128_000).default(0),
  underlyings: coins,
});
export type DydxProfile = z.output<typeof schema>;

/** What an account shows to everybody: no key is asked for, and nothing can be sent. */
export const dydx: AdapterKind<DydxProfile> & { readonly schema: typeof schema } = {
  schema,
  address: ({ url }) => url,
  moved: (one, url) => ({ ...one, url }),
  time: ({ url }) =>
    askTime(new URL('/v4/time', url).href, { method: 'GET' }, (answer) => Number(fieldAt(answer, 'epoch')) * SECOND),
  privateKey: false,
  keyCommand: ({ venue }) => `none: ${venue} is read by its address`,
  keyless: () => true,
  open: ({ paced: _, adapter: __, ...one }, { clock, onFlaw }) => {
    const config = { ...one, limits: LIMITS };
    const adapter = createDydx({ config, clock, ask: askIndexer(config), onFlaw });
    return { adapters: [adapter], key: null, rights: () => ({ trade: false }) };
  },
};
