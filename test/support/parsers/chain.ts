import { encodeAbiParameters, encodeEventTopics, type Hex, keccak256, toHex } from 'viem';
import { LIQUIDATION } from '#main/venues/aave/contracts.ts';
import { liquidationsOf } from '#main/venues/aave/liquidations.ts';
import { asked, blockNow, openLine } from '#main/venues/evm/chain.ts';
import { findOut } from '#main/venues/evm/finding.ts';
import type { Transaction } from '#shared/domain/transaction.ts';
import { decimal } from '#shared/units/decimal.ts';
import { configOf } from '#test/venues/evm/bench.ts';
import type { Parser } from './parser.ts';

const address = (n: number): Hex => `0x${n.toString(16).padStart(40, '0')}`;
const [POOL, OWNER, WETH, USDC, STRANGER] = [1, 2, 3, 4, 5].map(address) as [Hex, Hex, Hex, Hex, Hex];
const HASH = keccak256(toHex('a transaction'));
const BLOCK = {
  number: '0x10',
  hash: keccak256(toHex('a block')),
  timestamp: '0x5',
  baseFeePerGas: '0x7',
  transactions: [],
};
const RECEIPT = {
  transactionHash: HASH, status: '0x1', type: '0x2', logs: [], gasUsed: '0x5208', cumulativeGasUsed: '0x5208',
  effectiveGasPrice: '0x7', blockNumber: '0x10', blockHash: BLOCK.hash, transactionIndex: '0x0',
}; // biome-ignore format: one glance
const PAID = [{ type: 'uint256' }, { type: 'uint256' }, { type: 'address' }, { type: 'bool' }] as const;
const LOGS = [
  {
    address: POOL,
    topics: encodeEventTopics({ abi: [LIQUIDATION], args: { collateral: WETH, debt: USDC, user: OWNER } }),
    data: encodeAbiParameters(PAID, [5_000n, 7n, STRANGER, false]),
    blockNumber: '0x10', blockHash: BLOCK.hash, transactionHash: HASH, transactionIndex: '0x0', logIndex: '0x0',
    removed: false,
  },
]; // biome-ignore format: one glance

const SENT: Transaction = {
  id: 't-1', chain: 'local', from: OWNER, nonce: 0, gas: 21_000, to: STRANGER, input: '0x', value: decimal(1),
  about: 'a gift', state: 'SENT', inclusion: null, reason: null, createdAt: 0, updatedAt: 0,
  attempts: [{ hash: HASH, most: decimal(10), tip: decimal(1) }],
}; // biome-ignore format: one glance

/** A line to a node whose answer to `method` is this, and sound ones to all else. */
function lineTo(method: string, result: unknown) {
  const sound: Readonly<Record<string, unknown>> = {
    eth_getBlockByNumber: BLOCK,
    eth_getTransactionCount: '0x1',
    eth_getTransactionReceipt: RECEIPT,
    eth_getLogs: LOGS,
  };
  return openLine(configOf('http://chain.test'), async (_, init) => {
    const { id, method: wanted } = JSON.parse(String(init?.body)) as { id: number; method: string };
    const answer = { jsonrpc: '2.0', id, result: wanted === method ? result : sound[wanted] };
    return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
  });
}

const AAVE = {
  venue: 'aave', account: { id: 'loan', name: 'Loan' }, owner: OWNER, pool: POOL, oracle: POOL, reader: POOL, tokens: [],
}; // biome-ignore format: one glance
const SIZES = [
  { symbol: 'WETH', address: WETH, coin: 'ETH', decimals: 18 },
  { symbol: 'USDC', address: USDC, coin: 'USDC', decimals: 6 },
];

/** What is made of a node's answers: through viem, as in the product. */
export const CHAIN: Readonly<Record<string, Parser>> = {
  'chain logs': [
    LOGS,
    (payload) => {
      const line = lineTo('eth_getLogs', payload);
      return asked(line.config, () => liquidationsOf(line, AAVE, SIZES, [1n, 16n]));
    },
  ],
  'chain block': [
    BLOCK,
    async (payload) => {
      const line = lineTo('eth_getBlockByNumber', payload);
      const { at } = await asked(line.config, () => blockNow(line));
      return at;
    },
  ],
  'chain receipt': [RECEIPT, (payload) => findOut(lineTo('eth_getTransactionReceipt', payload), SENT)],
};
