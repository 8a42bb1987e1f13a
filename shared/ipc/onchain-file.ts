import { z } from 'zod';
import { finite, id } from './schemas.ts';

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, '0x and 40 hexadecimal digits')
  .transform((text): `0x${string}` => `0x${text.slice(2)}`);
const token = z.strictObject({
  symbol: id,
  address,
  /** The coin whose price it follows; USDC for dollars. */
  coin: id,
});
const own = { venue: id, account: z.strictObject({ id, name: z.string() }) };

/** A chain, the way to it, and the protocols there. */
export const chainFields = {
  /** As it is called in the book: "ethereum". */
  chain: id,
  chainId: z.int().min(1),
  /** What gas is paid in. */
  coin: id.default('ETH'),
  /** JSON-RPC over HTTP. */
  url: z.url(),
  answerSeconds: finite.min(1).max(120).default(20),
  tokens: z.array(token).min(1),
  aave: z.array(z.strictObject({ ...own, pool: address, oracle: address, reader: address })).default([]),
  uniswap: z
    .array(
      z.strictObject({
        ...own,
        factory: address,
        positions: address,
        router: address,
        pools: z.array(z.strictObject({ id, base: id, quote: id, fee: z.int().min(1).max(999_999) })).min(1),
      }),
    )
    .default([]),
  perp: z
    .array(
      z.strictObject({
        ...own,
        clearingHouse: address,
        accountBalance: address,
        exchange: address,
        vault: address,
        settlement: token,
        markets: z.array(z.strictObject({ id, base: address, coin: id })).min(1),
      }),
    )
    .default([]),
};

/**
 * ADDRESSES.json for `keel onchain`: whose holdings, on which chains, at which protocols. Nothing that is not named here
 * is read, whatever it calls itself.
 */
export const onchainFile = z.strictObject({
  owner: address,
  chains: z.array(z.strictObject(chainFields)).min(1),
});

export type OnchainFile = z.output<typeof onchainFile>;
