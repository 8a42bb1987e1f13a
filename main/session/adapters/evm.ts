import { z } from 'zod';
import { createChainDesk } from '#main/session/chain-desk.ts';
import type { ChainAccount } from '#main/venues/evm/account.ts';
import { nodeAccount } from '#main/venues/evm/node-account.ts';
import { type OpenChain, openChain } from '#main/venues/evm/protocols.ts';
import { vaultSigner } from '#main/venues/evm/signer.ts';
import { chainFields } from '#shared/ipc/onchain-file.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { MINUTE, SECOND } from '#shared/units/time.ts';
import { type AdapterKind, askTime, fieldAt, keyFor, type OpenSetup } from './adapter-kind.ts';
import { common, hexAddress, httpUrl, isHere } from './fields.ts';

const schema = z
  .strictObject({
    adapter: z.literal('evm'),
    ...common,
    ...chainFields,
    url: httpUrl,
    address: hexAddress,
    /** Who signs: a key of the vault, a node on this machine that holds it, or nobody. */
    signing: z.enum(['vault', 'node', 'nobody']).default('vault'),
    /** Blocks, its own included, after which a transaction is there for good. */
    confirmations: z.int().min(1).max(100).default(3),
    /** How often the chain is asked for a new block; its rows are stale after five seconds without an answer. */
    refreshSeconds: z.number().min(0.2).max(4).default(2),
  })
  .refine(({ signing, url }) => signing !== 'node' || isHere(url), {
    path: ['signing'],
    message: 'expected "vault" or "nobody" for a node that is not on this machine',
  });
export type EvmProfile = z.output<typeof schema>;

const keyCommand = ({ venue, account, address }: EvmProfile) =>
  `keel keys add --venue ${venue} --account ${account.id} --address ${address}`;

/** Before a waiting transaction is raised, and how often. */
const PATIENCE = { waitMs: MINUTE, raises: 3 };

function signerOf(one: EvmProfile, { line }: OpenChain, { signer, cards }: OpenSetup) {
  if (one.signing === 'nobody') return { account: null, key: null };
  if (one.signing === 'node') return { account: nodeAccount(line, one.address), key: null };
  const key = keyFor(one, cards, keyCommand(one));
  const account: ChainAccount = vaultSigner(signer, key);
  if (BigInt(account.address) === BigInt(one.address)) return { account, key };
  const message = `the key of ${one.venue} is for ${account.address}, the profile for ${one.address}`;
  throw new FaultError(fault('other-address', message));
}

/** One address on one chain, with all of its protocols there. */
export const evm: AdapterKind<EvmProfile> & { readonly schema: typeof schema } = {
  schema,
  address: ({ url }) => url,
  moved: (one, url) => ({ ...one, url }),
  time: async ({ url }) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_getBlockByNumber', params: ['latest', false] });
    const read = (answer: unknown) => Number(fieldAt(answer, 'result', 'timestamp')) * SECOND;
    return askTime(url, { method: 'POST', body }, read);
  },
  privateKey: true,
  keyCommand,
  keyless: ({ signing }) => signing !== 'vault',
  open: (one, setup) => {
    const { clock, onFlaw } = setup;
    const { address: owner, confirmations, refreshSeconds, ...rest } = one;
    const refreshMs = refreshSeconds * SECOND;
    const chain = openChain({ ...rest, owner }, { confirmations, watchMs: refreshMs }, clock);
    const { account, key } = signerOf(one, chain, setup);
    const signedBy = key === null ? `the node at ${one.url}` : `key ${key.id} of ${key.venue}`;
    const asked = { confirm: setup.confirm ?? null, signedBy };
    const desk = createChainDesk({ chain, owner, account, clock, patience: PATIENCE, refreshMs, onFlaw, ...asked });
    return { adapters: desk.adapters, chains: [desk], key, rights: () => ({ trade: account !== null }) };
  },
};
