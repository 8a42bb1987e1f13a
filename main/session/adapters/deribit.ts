import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { createDeribit } from '#main/venues/deribit/adapter.ts';
import { LIMITS } from '#main/venues/deribit/config.ts';
import { vaultSigner } from '#main/venues/deribit/signer.ts';
import { LOWEST_TIER, UNPACED } from '#main/venues/deribit/tiers.ts';
import { type AdapterKind, askTime, besideSocket, fieldAt, keyFor } from './adapter-kind.ts';
import { coins, common, socketUrl } from './fields.ts';

const schema = z.strictObject({
  adapter: z.literal('deribit'),
  ...common,
  url: socketUrl,
  currencies: coins,
  cancelOnDisconnect: z.boolean().default(false),
  withdrawals: z.enum(['refuse', 'allow']).default('refuse'),
});
export type DeribitProfile = z.output<typeof schema>;

const keyCommand = ({ venue, account }: DeribitProfile) =>
  `keel keys add --venue ${venue} --account ${account.id} --client-id ID`;

export const deribit: AdapterKind<DeribitProfile> & { readonly schema: typeof schema } = {
  schema,
  address: ({ url }) => url,
  moved: (one, url) => ({ ...one, url }),
  time: ({ url }) =>
    askTime(besideSocket(url, '/api/v2/public/get_time'), { method: 'GET' }, (answer) => fieldAt(answer, 'result')),
  privateKey: false,
  keyCommand,
  open: (one, { signer, cards, clock, onFlaw }) => {
    const { venue, url, account, currencies, cancelOnDisconnect, withdrawals } = one;
    const key = keyFor(one, cards, keyCommand(one));
    const config = { venue, url, account, currencies, cancelOnDisconnect, withdrawals };
    const { adapter, health } = createDeribit({
      config: { ...config, limits: LIMITS, credits: one.paced ? LOWEST_TIER : UNPACED },
      clock,
      signer: vaultSigner(signer, key),
      entropy: { nonce: () => randomBytes(12).toString('hex'), jitter: Math.random },
      onFlaw,
    });
    return { adapters: [adapter], key, rights: () => health().rights };
  },
};
