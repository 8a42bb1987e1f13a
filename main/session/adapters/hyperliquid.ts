import { z } from 'zod';
import { createHyperliquid } from '#main/venues/hyperliquid/adapter.ts';
import { LIMITS } from '#main/venues/hyperliquid/config.ts';
import { vaultSigner } from '#main/venues/hyperliquid/signer.ts';
import { ADDRESS_LIMITS, UNPACED } from '#main/venues/hyperliquid/weights.ts';
import { SECOND } from '#shared/units/time.ts';
import { type AdapterKind, askTime, besideSocket, fieldAt, keyFor, keyOf } from './adapter-kind.ts';
import { coins, common, hexAddress, socketUrl } from './fields.ts';

const schema = z.strictObject({
  adapter: z.literal('hyperliquid'),
  ...common,
  url: socketUrl,
  /** Which chain signatures are for. */
  testnet: z.boolean(),
  /** The account that is traded, never the agent; null: the one that the vault's key is for, whose id is its address. */
  user: hexAddress.nullable().default(null),
  underlyings: coins,
  deadManMs: z
    .int()
    .min(5 * SECOND)
    .nullable()
    .default(null),
});
export type HyperliquidProfile = z.output<typeof schema>;

const accountAsked = ({ user }: HyperliquidProfile) => (user === null ? 'ADDRESS-OF-THE-ACCOUNT' : null);
const keyCommand = (one: HyperliquidProfile) =>
  `keel keys add --venue ${one.venue} --account ${accountAsked(one) ?? one.account.id} --address ADDRESS-OF-THE-AGENT`;

export const hyperliquid: AdapterKind<HyperliquidProfile> & { readonly schema: typeof schema } = {
  schema,
  address: ({ url }) => url,
  moved: (one, url) => ({ ...one, url }),
  time: ({ url }) =>
    askTime(besideSocket(url, '/info'), { method: 'POST', body: '{"type":"exchangeStatus"}' }, (answer) =>
      fieldAt(answer, 'time'),
    ),
  privateKey: true,
  accountAsked,
  keyCommand,
  open: (one, { signer, cards, clock, onFlaw }) => {
    const { venue, url, testnet, underlyings, deadManMs } = one;
    const command = keyCommand(one);
    const key = one.user === null ? keyOf(venue, cards, command) : keyFor(one, cards, command);
    const { adapter } = createHyperliquid({
      config: {
        ...{ venue, url, testnet, underlyings, deadManMs },
        account: { id: key.account, name: one.account.name },
        user: one.user ?? hexAddress.parse(key.account),
        limits: LIMITS,
        credits: one.paced ? ADDRESS_LIMITS : UNPACED,
      },
      clock,
      signer: vaultSigner(signer, key),
      jitter: Math.random,
      onFlaw,
    });
    return { adapters: [adapter], key, rights: () => null };
  },
};
