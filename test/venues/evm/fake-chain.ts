import { type Hex, keccak256, numberToHex, parseTransaction, toHex } from 'viem';

/** Wei per gas, and gas that everything uses. */
const BASE_FEE = 10n ** 9n;
const GAS = 21_000n;
/** A call that reverts when it is carried out, and not before. */
export const REVERTS: Hex = '0x01';

interface Held {
  readonly hash: Hex;
  readonly nonce: number;
  readonly most: bigint;
  readonly reverts: boolean;
}

interface Block {
  readonly number: number;
  readonly hash: Hex;
  readonly held: readonly Held[];
}

/** A chain with one account's transactions on it, and what a node of it can get wrong. Nothing is verified or run. */
export interface FakeChain {
  readonly fetchFn: typeof fetch;
  /** A block of everything that is due. */
  mine(): void;
  /** The last `depth` blocks go; what was in them waits again, or is forgotten. */
  reorg(depth: number, forgotten: boolean): void;
  /** The node forgets what waits. */
  forget(): void;
  /** Another wallet of the account uses the next nonce. */
  spendElsewhere(): void;
  /** The next transactions arrive, and nobody hears of it. */
  swallow(count: number): void;
  /** The next questions are answered with this status; 0: not at all. */
  fail(status: number, count: number): void;
  clear(): void;
  /** Hash of what used a nonce, and whether it did anything. */
  used(nonce: number): { readonly hash: Hex; readonly reverts: boolean } | undefined;
  /** Nonces used. */
  readonly count: number;
}

class Refused extends Error {}

export function createFakeChain(): FakeChain {
  let made = 0;
  const blockOf = (number: number, held: readonly Held[]): Block => {
    made += 1;
    return { number, hash: keccak256(toHex(`block ${number} ${made}`)), held };
  };
  const blocks: Block[] = [blockOf(0, []), blockOf(1, []), blockOf(2, [])];
  const pool = new Map<number, Held>();
  let [swallows, failing] = [0, { status: 0, left: 0 }];

  const countAt = (number: number): number =>
    blocks.reduce((sum, one) => sum + (one.number <= number ? one.held.length : 0), 0);
  const count = () => countAt(Number.POSITIVE_INFINITY);
  const add = (held: readonly Held[]): void => void blocks.push(blockOf(blocks.length, held));
  const due = (): Held[] => {
    const found: Held[] = [];
    for (let nonce = count(); pool.has(nonce); nonce++) found.push(pool.get(nonce) as Held);
    for (const { nonce } of found) pool.delete(nonce);
    return found;
  };
  const hold = (one: Held): void => {
    const before = pool.get(one.nonce);
    if (one.nonce < count()) throw new Refused('nonce too low');
    if (before?.hash === one.hash) throw new Refused('already known');
    if (before !== undefined && one.most * 10n < before.most * 11n)
      throw new Refused('replacement transaction underpriced');
    pool.set(one.nonce, one);
  };
  const included = (hash: unknown): { readonly block: Block; readonly one: Held } | null => {
    for (const block of blocks) {
      const one = block.held.find((held) => held.hash === hash);
      if (one !== undefined) return { block, one };
    }
    return null;
  };
  const wireBlock = (tag: unknown): object | null => {
    const block = tag === 'latest' || tag === 'pending' ? blocks.at(-1) : blocks[Number(tag)];
    if (block === undefined) return null;
    const { number, hash } = block;
    return { number: numberToHex(number), hash, timestamp: numberToHex(number), baseFeePerGas: numberToHex(BASE_FEE), transactions: [] }; // biome-ignore format: one glance
  };
  const answers: Readonly<Record<string, (parameters: readonly unknown[]) => unknown>> = {
    eth_chainId: () => numberToHex(31_337),
    eth_estimateGas: () => numberToHex(GAS),
    eth_maxPriorityFeePerGas: () => numberToHex(BASE_FEE / 10n),
    eth_getBlockByNumber: ([tag]) => wireBlock(tag),
    eth_getTransactionCount: ([, tag]) => {
      if (tag !== 'pending') return numberToHex(tag === 'latest' ? count() : countAt(Number(tag)));
      let next = count();
      while (pool.has(next)) next += 1;
      return numberToHex(next);
    },
    eth_sendRawTransaction: ([raw]) => {
      const { nonce = 0, maxFeePerGas: most = 0n, data } = parseTransaction(raw as Hex);
      hold({ hash: keccak256(raw as Hex), nonce, most, reverts: data === REVERTS });
      return keccak256(raw as Hex);
    },
    eth_getTransactionReceipt: ([hash]) => {
      const found = included(hash);
      if (found === null) return null;
      const { block, one } = found;
      const gas = {
        gasUsed: numberToHex(GAS),
        cumulativeGasUsed: numberToHex(GAS),
        effectiveGasPrice: numberToHex(BASE_FEE),
      };
      const where = { blockNumber: numberToHex(block.number), blockHash: block.hash, transactionIndex: '0x0' };
      return { transactionHash: hash, status: one.reverts ? '0x0' : '0x1', type: '0x2', logs: [], ...gas, ...where };
    },
    eth_getTransactionByHash: ([hash]) => {
      const one = included(hash)?.one ?? [...pool.values()].find((held) => held.hash === hash);
      return one === undefined
        ? null
        : { hash, nonce: numberToHex(one.nonce), type: '0x2', value: '0x0', gas: numberToHex(GAS) };
    },
    eth_call: () => {
      throw new Refused('execution reverted');
    },
  };
  const answer = (body: string): object => {
    const { id, method, params = [] } = JSON.parse(body) as { id: number; method: string; params?: unknown[] };
    try {
      const answered = answers[method];
      if (answered === undefined) throw new Refused(`no method ${method}`);
      return { jsonrpc: '2.0', id, result: answered(params) };
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      return { jsonrpc: '2.0', id, error: { code: -32_000, message: thrown.message } };
    }
  };
  return {
    fetchFn: async (_, init) => {
      const body = String(init?.body);
      if (failing.left > 0) {
        failing.left -= 1;
        if (failing.status === 0) throw new TypeError('fetch failed');
        return new Response('overloaded', { status: failing.status });
      }
      const told = JSON.stringify(answer(body));
      const lost = swallows > 0 && body.includes('eth_sendRawTransaction');
      if (lost) swallows -= 1;
      if (lost) throw new TypeError('fetch failed');
      return new Response(told, { headers: { 'content-type': 'application/json' } });
    },
    mine: () => add(due()),
    reorg: (depth, forgotten) => {
      const gone = blocks.splice(Math.max(blocks.length - depth, 1));
      if (!forgotten) for (const { held } of gone) for (const one of held) pool.set(one.nonce, one);
      // The other branch is longer, and says nothing of what waits yet.
      for (let i = 0; i <= gone.length; i++) add([]);
    },
    forget: () => pool.clear(),
    spendElsewhere: () => {
      const nonce = count();
      pool.delete(nonce);
      add([{ hash: keccak256(toHex(`other ${blocks.length} ${made}`)), nonce, most: BASE_FEE, reverts: false }]);
    },
    swallow: (times) => {
      swallows = times;
    },
    fail: (status, left) => {
      failing = { status, left };
    },
    clear: () => {
      [swallows, failing] = [0, { status: 0, left: 0 }];
    },
    used: (nonce) => blocks.flatMap((one) => one.held).find((one) => one.nonce === nonce),
    get count() {
      return count();
    },
  };
}
