import { z } from 'zod';
import { createCcxt } from '#main/venues/ccxt/adapter.ts';
import { CCXT_LIMITS } from '#main/venues/ccxt/config.ts';
import { type CcxtName, DIALECTS } from '#main/venues/ccxt/dialects.ts';
import { processBorder } from '#main/venues/ccxt/process-border.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type AdapterKind, askTime, fieldAt, keyFor } from './adapter-kind.ts';
import { coins, common, httpUrl, socketUrl } from './fields.ts';

const names = Object.keys(DIALECTS) as [CcxtName, ...CcxtName[]];
const KINDS = ['spot', 'perpetual', 'future', 'option'] as const;

const schema = z.strictObject({
  adapter: z.literal('ccxt'),
  ...common,
  /** The exchange by ccxt's name. */
  exchange: z.enum(names),
  /** Addresses in place of the venue's own, in ccxt's shape; null: those that ccxt knows. */
  endpoints: z.strictObject({ rest: httpUrl, ws: socketUrl }).nullable().default(null),
  /** The venue's own testnet, as ccxt knows it. */
  sandbox: z.boolean().default(false),
  underlyings: coins,
  kinds: z
    .array(z.enum(KINDS))
    .min(1)
    .default([...KINDS]),
});
export type CcxtProfile = z.output<typeof schema>;

const keyCommand = ({ venue, account, exchange }: CcxtProfile) => {
  const named = DIALECTS[exchange].form === 'stark-subkey' ? 'ADDRESS-OF-THE-ACCOUNT' : 'API-KEY';
  return `keel keys add --venue ${venue} --account ${account.id} --client-id ${named}`;
};

export const ccxt: AdapterKind<CcxtProfile> & { readonly schema: typeof schema } = {
  schema,
  address: ({ endpoints, exchange, sandbox }) => endpoints?.rest ?? `${exchange}${sandbox ? ' (testnet)' : ''} by ccxt`,
  moved: (one, rest) => {
    const ws = new URL('/ws/v5', rest.replace(/^http/, 'ws')).href;
    return { ...one, endpoints: { rest, ws } };
  },
  time: ({ endpoints, venue }) => {
    if (endpoints === null) throw new FaultError(fault('venue-time', `${venue} is not asked for its time`));
    return askTime(new URL('/api/v5/public/time', endpoints.rest).href, { method: 'GET' }, (answer) =>
      fieldAt(answer, 'data', 0, 'ts'),
    );
  },
  privateKey: false,
  keyCommand,
  open: (one, { signer, cards, clock, ccxtHost, onFlaw }) => {
    const { venue, exchange, account, underlyings, kinds, endpoints, sandbox, paced } = one;
    const key = keyFor(one, cards, keyCommand(one));
    const { form } = DIALECTS[exchange];
    const border = processBorder({
      venue,
      spawn: ccxtHost.spawn,
      onLocked: ccxtHost.onLocked,
      lend: async (recipient) => ({
        type: 'key',
        publicId: key.publicId,
        form,
        lent: await signer.sign(key.id, 'ccxt-loan', { recipient }),
      }),
    });
    const config = { venue, exchange, account, underlyings, kinds, endpoints, sandbox, paced, limits: CCXT_LIMITS };
    return { adapters: [createCcxt({ config, clock, border, onFlaw }).adapter], key, rights: () => null };
  },
};
