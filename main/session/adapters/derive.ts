import { z } from 'zod';
import { createDerive } from '#main/venues/derive/adapter.ts';
import { LIMITS, PRODUCTION, TESTNET } from '#main/venues/derive/config.ts';
import { vaultSigner } from '#main/venues/derive/signer.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type AdapterKind, askTime, besideSocket, fieldAt, keyFor, keyOf } from './adapter-kind.ts';
import { coins, common, hexAddress, socketUrl } from './fields.ts';

const subaccountNumber = z.int().min(0);

const schema = z.strictObject({
  adapter: z.literal('derive'),
  ...common,
  url: socketUrl,
  /** Whose contracts signatures are for. */
  testnet: z.boolean(),
  /** The contract wallet and its subaccount; null: those that the vault's key is for, whose id is WALLET/SUBACCOUNT. */
  owner: z.strictObject({ wallet: hexAddress, subaccount: subaccountNumber }).nullable().default(null),
  underlyings: coins,
  cancelOnDisconnect: z.boolean().default(false),
});
export type DeriveProfile = z.output<typeof schema>;

const accountAsked = ({ owner }: DeriveProfile) => (owner === null ? 'WALLET/SUBACCOUNT' : null);
const keyCommand = (one: DeriveProfile) =>
  `keel keys add --venue ${one.venue} --account ${accountAsked(one) ?? one.account.id} --address ADDRESS-OF-THE-SESSION-KEY`;

/** Wallet and subaccount in an account's id. Throws `bad-account`. */
function ownerIn(id: string): NonNullable<DeriveProfile['owner']> {
  const [address, number] = id.split('/');
  const wallet = hexAddress.safeParse(address);
  const subaccount = subaccountNumber.safeParse(number === undefined || number === '' ? null : Number(number));
  if (wallet.success && subaccount.success) return { wallet: wallet.data, subaccount: subaccount.data };
  throw new FaultError(fault('bad-account', `expected the key's account to be WALLET/SUBACCOUNT, was "${id}"`));
}

export const derive: AdapterKind<DeriveProfile> & { readonly schema: typeof schema } = {
  schema,
  address: ({ url }) => url,
  moved: (one, url) => ({ ...one, url }),
  time: ({ url }) =>
    askTime(besideSocket(url, '/public/get_time'), { method: 'POST', body: '{}' }, (answer) =>
      fieldAt(answer, 'result'),
    ),
  privateKey: true,
  accountAsked,
  keyCommand,
  open: (one, { signer, cards, clock, onFlaw }) => {
    const { venue, url, testnet, underlyings, cancelOnDisconnect } = one;
    const command = keyCommand(one);
    const key = one.owner === null ? keyOf(venue, cards, command) : keyFor(one, cards, command);
    const { wallet, subaccount } = one.owner ?? ownerIn(key.account);
    const { adapter } = createDerive({
      config: {
        ...{ venue, url, subaccount, underlyings, cancelOnDisconnect },
        chain: (testnet ? TESTNET : PRODUCTION).chain,
        account: { id: key.account, name: one.account.name },
        limits: LIMITS,
      },
      clock,
      identity: { wallet, signer: vaultSigner(signer, key) },
      jitter: Math.random,
      onFlaw,
    });
    return { adapters: [adapter], key, rights: () => null };
  },
};
