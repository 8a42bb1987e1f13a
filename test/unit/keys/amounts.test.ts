// A chain's key moves no more of a token than its limits say, in one transaction and in a day, read out of the bytes that
// are signed; a permission without a limit is never signed. The calldata comes from Foundry's cast.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hex, hexToBytes } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyLimits, TokenLimit } from '#main/engine/signer-port.ts';
import { createSigningDesk, type SignedLine, type SigningDesk } from '#main/keys/signing.ts';
import { createVault, openVault, type Vault } from '#main/keys/vault.ts';
import { decimal } from '#shared/units/decimal.ts';
import { DAY, MINUTE } from '#shared/units/time.ts';
import { calldata } from '#test/support/cast.ts';
import { CARD, CHEAP, CHEAP_BOUNDS, PASSPHRASE } from './samples.ts';

const PRIVATE = '0x0123456789012345678901234567890123456789012345678901234567890123';
const OWN = privateKeyToAddress(PRIVATE);
const PROTOCOL: Hex = '0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2';
const WETH: Hex = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2';
const USDC: Hex = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
const MARKET: Hex = '0x922d6956c99e12dfeb3224dea977d0939758a1fe';
const OTHER: Hex = '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';
const MOST = '115792089237316195423570985008687907853269984665640564039457584007913129639935';
const ZERO_HASH = `0x${'0'.repeat(64)}`;
const ETHER = '000000000000000000';

const limit = (token: Hex, symbol: string, decimals: number, most: string, day: string): TokenLimit => ({
  ...{ token, symbol, decimals },
  perTransaction: decimal(most),
  perDay: decimal(day),
});
const TOKENS = [
  limit(WETH, 'WETH', 18, '20', '50'),
  limit(USDC, 'USDC', 6, '50000', '120000'),
  limit(MARKET, 'ETH-PERP', 18, '5', '8'),
];
const LIMITS: KeyLimits = { perOrderUsd: 1, perDayUsd: 1, only: [PROTOCOL], tokens: TOKENS };
const place = { bounds: CHEAP_BOUNDS, wanted: CHEAP };

let file: string;
let vault: Vault;
let desk: SigningDesk;
let lines: SignedLine[];
let now: number;
let key: string;

const restart = (): void => {
  const record = (line: SignedLine): void => void lines.push(line);
  desk = createSigningDesk(() => now, record, JSON.parse(JSON.stringify(lines)));
};

beforeEach(async () => {
  file = join(mkdtempSync(join(tmpdir(), 'keel-amounts-')), 'vault.json');
  vault = await createVault({ file, ...place }, PASSPHRASE, CHEAP);
  [lines, now] = [[], 1_000_000];
  const card = { ...CARD, kind: 'secp256k1', venue: 'ethereum', publicId: OWN, limits: LIMITS } as const;
  key = vault.add(card, Buffer.from(hexToBytes(PRIVATE))).id;
  restart();
});

let nonces = 0;
/** Signs a call with the next nonce, or with a given one. */
const sign = (to: Hex, data: Hex, nonce = ++nonces, maxFeePerGas = '9000000000'): unknown => {
  const fees = { gas: '300000', maxFeePerGas, maxPriorityFeePerGas: '1000000000' };
  return desk.sign(vault, key, 'evm-transaction', { chainId: 1, to, data, nonce, ...fees });
};

const approve = (units: string) => calldata('approve(address,uint256)', PROTOCOL, units);
const supply = (token: Hex, units: string) =>
  calldata('supply(address,uint256,address,uint16)', token, units, OWN, '0');
const repay = (token: Hex, units: string) => calldata('repay(address,uint256,uint256,address)', token, units, '2', OWN);
const borrow = (token: Hex, units: string) =>
  calldata('borrow(address,uint256,uint256,uint16,address)', token, units, '2', '0', OWN);
const withdraw = (token: Hex, units: string) => calldata('withdraw(address,uint256,address)', token, units, OWN);
const deposit = (token: Hex, units: string) => calldata('deposit(address,uint256)', token, units);
const swap = (units: string) =>
  calldata(
    'exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))',
    `(${WETH},${OTHER},500,${OWN},1700000000,${units},1,0)`,
  );
const mint = (first: string, second: string) =>
  calldata(
    'mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))',
    `(${USDC},${WETH},500,-10,10,${first},${second},0,0,${OWN},1700000000)`,
  );
const increase = (first: string) =>
  calldata('increaseLiquidity((uint256,uint256,uint256,uint256,uint256,uint256))', `(7,${first},0,0,0,1700000000)`);
const open = (units: string, isExactInput = true) =>
  calldata(
    'openPosition((address,bool,bool,uint256,uint256,uint256,uint160,bytes32))',
    `(${MARKET},true,${isExactInput},${units},0,1700000000,0,${ZERO_HASH})`,
  );

describe('amounts of a chain’s key in one transaction', () => {
  it.each([
    ['a permission', WETH, approve(`20${ETHER}`), approve(`20${ETHER}`.replace(/0$/, '1'))],
    ['a supply', PROTOCOL, supply(WETH, `20${ETHER}`), supply(WETH, `20${ETHER}`.replace(/0$/, '1'))],
    ['a token of six places', PROTOCOL, supply(USDC, '50000000000'), supply(USDC, '50000000001')],
    ['a repayment', PROTOCOL, repay(USDC, '50000000000'), repay(USDC, '50000000001')],
    ['a loan', PROTOCOL, borrow(USDC, '50000000000'), borrow(USDC, '50000000001')],
    ['a deposit', PROTOCOL, deposit(USDC, '50000000000'), deposit(USDC, '50000000001')],
    ['what a swap pays', PROTOCOL, swap(`20${ETHER}`), swap(`21${ETHER}`)],
    ['one side of a range', PROTOCOL, mint('1', `20${ETHER}`), mint('1', `21${ETHER}`)],
    ['the other side of it', PROTOCOL, mint('50000000000', '1'), mint('50000000001', '1')],
    ['coins of a perpetual', PROTOCOL, open(`5${ETHER}`), open(`6${ETHER}`)],
  ] as const)('are signed up to the limit and no further: %s', (_what, to, most, more) => {
    expect(() => sign(to, more)).toThrow('in one transaction, the limit of this key is');
    expect(sign(to, most)).toMatch(/^0x02/);
  });

  it.each([
    ['a permission without a limit', WETH, approve(MOST), 'a permission for any amount of WETH'],
    ['everything there is', PROTOCOL, supply(WETH, MOST), 'supply of any amount of WETH'],
    ['a token nobody limited', PROTOCOL, supply(OTHER, '1'), 'none of the tokens of this key'],
    ['a permission for a token nobody limited', OTHER, approve('1'), 'none of the tokens of this key'],
    ['a call that names no token', PROTOCOL, increase('1'), 'does not say which token'],
    ['a perpetual counted in dollars', PROTOCOL, open('1', false), 'does not say which token'],
  ] as const)('are refused: %s', (_what, to, data, said) => {
    expect(() => sign(to, data)).toThrow(said);
    expect(lines).toEqual([]);
  });

  it('stand in the way of nothing that comes back, and of no permission that is taken back', () => {
    sign(PROTOCOL, withdraw(WETH, MOST));
    sign(PROTOCOL, withdraw(OTHER, `900${ETHER}`));
    sign(OTHER, approve('0'));
    expect(lines.flatMap((one) => one.tokens ?? [])).toEqual([]);
  });
});

describe('amounts of a chain’s key in a day', () => {
  it('are counted over all calls, also those of an earlier process, and not for permissions', () => {
    sign(WETH, approve(`20${ETHER}`));
    sign(PROTOCOL, supply(WETH, `20${ETHER}`));
    sign(PROTOCOL, swap(`20${ETHER}`));
    expect(() => sign(PROTOCOL, supply(WETH, `11${ETHER}`))).toThrow('51 WETH within a day');
    restart();
    expect(() => sign(PROTOCOL, supply(WETH, `11${ETHER}`))).toThrow('51 WETH within a day');
    sign(PROTOCOL, supply(WETH, `10${ETHER}`));
    sign(PROTOCOL, supply(USDC, '50000000000'));
    now += DAY;
    sign(PROTOCOL, supply(WETH, `20${ETHER}`));
  });

  it('count all of a debt as the most, for no more can have been let', () => {
    sign(PROTOCOL, repay(USDC, MOST));
    sign(PROTOCOL, repay(USDC, MOST));
    expect(() => sign(PROTOCOL, repay(USDC, MOST))).toThrow('150000 USDC within a day');
  });

  it('count a transaction that is raised once, also after a restart, and another one with its nonce again', () => {
    for (const fee of ['1000000000', '2000000000', '3000000000']) sign(PROTOCOL, supply(WETH, `20${ETHER}`), 77, fee);
    restart();
    sign(PROTOCOL, supply(WETH, `20${ETHER}`), 77, '4000000000');
    sign(PROTOCOL, supply(WETH, `19${ETHER}`), 77);
    expect(() => sign(PROTOCOL, supply(WETH, `12${ETHER}`), 77)).toThrow('51 WETH within a day');
  });
});

describe('limits of tokens', () => {
  it('are kept with the key, and hold after the vault is opened again', async () => {
    vault.close();
    vault = await openVault({ file, ...place }, PASSPHRASE);
    expect(vault.cards[0]?.limits).toEqual(LIMITS);
    expect(() => sign(PROTOCOL, supply(WETH, `21${ETHER}`))).toThrow('the limit of this key is 20');
  });

  it.each([
    ['more of a token', [limit(WETH, 'WETH', 18, '21', '50')]],
    ['more a day', [limit(WETH, 'WETH', 18, '20', '51')]],
    ['another token', [...TOKENS, limit(OTHER, 'WBTC', 8, '1', '1')]],
    ['fewer places', [limit(WETH, 'WETH', 6, '20', '50')]],
  ])('that are wider hold ten minutes later: %s', (_what, tokens) => {
    const { raise, limits } = vault.limit(key, { ...LIMITS, tokens }, now);
    expect(limits).toEqual(LIMITS);
    expect(raise?.from).toBe(now + 10 * MINUTE);
  });

  it('that are narrower hold at once', () => {
    vault.limit(key, { ...LIMITS, tokens: [limit(WETH, 'WETH', 18, '1', '1')] }, now);
    expect(() => sign(PROTOCOL, supply(WETH, `2${ETHER}`))).toThrow('the limit of this key is 1');
    expect(() => sign(PROTOCOL, supply(USDC, '1'))).toThrow('none of the tokens of this key');
  });
});
