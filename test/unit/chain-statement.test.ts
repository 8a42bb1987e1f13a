// What main's own window says of a transaction is read out of the bytes that are signed. The calldata comes from Foundry's
// cast, not from the encoder that Keel sends with; what must catch the trader's eye is marked.
import { type Hex, serializeTransaction, type TransactionSerializableEIP1559 } from 'viem';
import { describe, expect, it } from 'vitest';
import { type StatementGround, statementOf } from '#main/session/chain-statement.ts';
import { ETHEREUM_FEES } from '#main/venues/evm/config.ts';
import { calldata, cast } from '#test/support/cast.ts';

// Addresses of Ethereum's main network (docs.aave.com, docs.uniswap.org, circle.com).
const POOL: Hex = '0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2';
const ROUTER: Hex = '0xE592427A0AEce92De3Edee1F18E0157C05861564';
const WETH: Hex = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2';
const USDC: Hex = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
const OWN: Hex = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';
const STRANGER: Hex = '0x90F79bf6EB2c4f870365E785982E1f101E93b906';
const MOST = '115792089237316195423570985008687907853269984665640564039457584007913129639935';

const small = (address: string): string => address.toLowerCase();
const ground: StatementGround = {
  config: {
    ...{ chain: 'ethereum', chainId: 1, coin: 'ETH', url: 'http://node.test', confirmations: 3 },
    ...{ answerMs: 1, watchMs: 1, fees: ETHEREUM_FEES },
  },
  names: new Map([
    [small(POOL), 'lending pool of aave'],
    [small(ROUTER), 'router of uniswap'],
  ]),
  tokens: new Map([
    [small(WETH), { symbol: 'WETH', address: WETH, coin: 'ETH', decimals: 18 }],
    [small(USDC), { symbol: 'USDC', address: USDC, coin: 'USDC', decimals: 6 }],
  ]),
  usdOf: (coin) =>
    new Map([
      ['ETH', 2_000],
      ['USDC', 1],
    ]).get(coin) ?? null,
  own: OWN,
  key: 'key k1 of ethereum',
};

const bytesOf = (to: Hex, data: Hex, over: Partial<TransactionSerializableEIP1559> = {}): Hex =>
  serializeTransaction({
    ...{ type: 'eip1559', chainId: 1, to, data, nonce: 7, gas: 300_000n },
    ...{ maxFeePerGas: 30_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n },
    ...over,
  });
/** "name: text", those to look at with an exclamation mark. */
const told = (bytes: Hex): readonly string[] =>
  statementOf(bytes, ground).lines.map(({ name, text, amiss }) => `${amiss ? '! ' : ''}${name}: ${text}`);

const supply = calldata('supply(address,uint256,address,uint16)', WETH, '10000000000000000000', OWN, '0');

describe('what is confirmed', () => {
  it('says chain, contract, function, amounts, gas, nonce and key', () => {
    const statement = statementOf(bytesOf(POOL, supply), ground);
    expect(statement).toMatchObject({ title: 'Send a transaction on ethereum?', about: 'supply 10 WETH' });
    expect(told(bytesOf(POOL, supply))).toEqual([
      'Chain: ethereum, number 1',
      `Contract: lending pool of aave, ${POOL}`,
      'Function: supply',
      'Pays: 10 WETH (20,000 USD)',
      `asset: WETH, ${WETH}`,
      'amount: 10000000000000000000',
      `onBehalfOf: your own address, ${OWN}`,
      'referralCode: 0',
      // 300,000 gas at 30 gwei are 0.009 ether; raised it costs 300 gwei a unit at most, and 0.05 ether in all.
      'Gas: at most 0.009 ETH (18 USD): 300000 gas at 30 gwei; raised while it waits, to 0.05 ETH at most',
      'Nonce: 7',
      `Signed by: key k1 of ethereum, ${OWN}`,
      expect.stringMatching(/^Signed hash: 0x[0-9a-f]{64}$/),
    ]);
  });

  it('has the hash that is signed, by an implementation that is not Keel’s', () => {
    const bytes = bytesOf(POOL, supply);
    expect(told(bytes).at(-1)).toBe(`Signed hash: ${cast('keccak', bytes)}`);
  });

  it.each([
    [
      'a permission for everything',
      WETH,
      calldata('approve(address,uint256)', POOL, MOST),
      '! Lets it take: any amount of WETH, without a limit',
    ],
    [
      'a permission for a contract nobody named',
      WETH,
      calldata('approve(address,uint256)', STRANGER, '1'),
      `! spender: ${STRANGER}, which is not in the profile`,
    ],
    [
      'somebody else as the one who gets it',
      POOL,
      calldata('withdraw(address,uint256,address)', WETH, MOST, STRANGER),
      `! to: ${STRANGER}, which is not in the profile`,
    ],
    ['a transfer', USDC, calldata('transfer(address,uint256)', STRANGER, '5000000'), 'Pays: 5 USDC (5 USD)'],
    [
      'a token nobody named',
      POOL,
      calldata('supply(address,uint256,address,uint16)', STRANGER, '5', OWN, '0'),
      `! Pays: 5 smallest units of ${STRANGER}`,
    ],
    ['a contract nobody named', STRANGER, supply, `! Contract: ${STRANGER}, which is not in the profile`],
    [
      'a function nobody knows',
      POOL,
      calldata('multicall(bytes[])', '[0x00]'),
      '! Function: 0xac9650d8, which Keel does not know',
    ],
  ] as const)('marks %s', (_what, to, data, line) => {
    expect(told(bytesOf(to, data))).toContain(line);
  });

  it('marks coin that is sent along', () => {
    expect(told(bytesOf(POOL, supply, { value: 10n ** 17n }))).toContain('! Sends along: 0.1 ETH');
  });

  it('reads a swap: what is paid, and what is got at least', () => {
    const signature = 'exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))';
    const params = `(${WETH},${USDC},500,${OWN},1700000000,1500000000000000000,2990000000,0)`;
    const lines = told(bytesOf(ROUTER, calldata(signature, params)));
    expect(lines).toContain('Pays: 1.5 WETH (3,000 USD)');
    expect(lines).toContain('Gets: at least 2990 USDC (2,990 USD)');
    expect(lines).toContain('deadline: 2023-11-14T22:13:20Z');
  });

  it('takes no bytes for another chain, and none with something behind the arguments', () => {
    expect(() => told(bytesOf(POOL, supply, { chainId: 10 }))).toThrow('expected a transaction for chain 1');
    expect(() => told(bytesOf(POOL, `${supply}00`))).toThrow('followed by something else');
  });
});
