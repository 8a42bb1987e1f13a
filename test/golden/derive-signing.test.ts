// Orders are signed as Derive's contracts check them. Golden: the constants that docs.derive.xyz publishes ("Protocol
// Constants"). Independent: ccxt's own signing of the same orders, which hashes by hand what viem hashes from the types.
import ccxt from 'ccxt';
import { hashDomain, keccak256, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { type DeriveEndpoint, type Hex, PRODUCTION, TESTNET } from '#main/venues/derive/config.ts';
import { decimal } from '#shared/units/decimal.ts';
import { orderAction } from '#test/venues/derive/actions.ts';

const SEPARATORS = [
  [PRODUCTION, '0xd96e5f90797da7ec8dc4e276260c7f3f87fedf68775fbe1ef116e996fc60441b'],
  [TESTNET, '0x9bcf4dc06df5d8bf23af818d5716491b995020f377d3b7b64c29ed14e3dd1105'],
] as const;
const ACTION_TYPEHASH = '0x4d7a9f27c403ff9c0f19bce61d76d82f9aa29f8d6d4b0c5474607d9770d1af17';
const DOMAIN = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
] as const;

const KEY: Hex = '0x2ae8be44db8a590d20bffbe3b6872df9b569147d3bf6801a35a28281a4816bbd';
const WALLET: Hex = '0x9135BA0f495244dc0A5F029b25CDE95157Db89AD';
const SUBACCOUNT = 30_769;

const OPTION = { asset: '0xBcB494059969DAaB460E0B5d4f5c2366aab79aa1', subId: 644245094401698393600n } as const;
const PERP = { asset: '0xAFB6Bb95cd70D5367e2C39e9dbEb422B9815339D', subId: 0n } as const;

const ORDERS = [
  { ...PERP, limit: '65432.1', amount: '0.015', maxFee: '210.55', isBid: true },
  { ...PERP, limit: '1000', amount: '12', maxFee: '1', isBid: false },
  { ...OPTION, limit: '310.5', amount: '1.5', maxFee: '25', isBid: false },
  { ...OPTION, limit: '0.1', amount: '100', maxFee: '0.01', isBid: true },
] as const;

interface Sent {
  readonly nonce: number;
  readonly signature_expiry_sec: number;
  readonly signature: Hex;
}

/** What ccxt would send of an order. */
async function byCcxt(endpoint: DeriveEndpoint, order: (typeof ORDERS)[number]): Promise<Sent> {
  const sandboxMode = endpoint === TESTNET;
  const signer = privateKeyToAccount(KEY);
  const client = new ccxt.derive({
    walletAddress: signer.address,
    privateKey: KEY,
    enableRateLimit: false,
    options: { deriveWalletAddress: WALLET, subaccount_id: SUBACCOUNT, sandboxMode },
  });
  const info = { base_asset_address: order.asset, base_asset_sub_id: `${order.subId}` };
  const kind = { type: 'swap', spot: false, swap: true, future: false, option: false, contract: true };
  const coins = { base: 'BTC', quote: 'USDC', settle: 'USDC', baseId: 'BTC', quoteId: 'USDC', settleId: 'USDC' };
  const precision = { amount: 0.001, price: 0.1 };
  client.setMarkets([{ id: 'BTC-PERP', symbol: 'BTC/USDC:USDC', ...kind, ...coins, precision, limits: {}, info }]);
  let body = '';
  const fetch = async (_url: string, _method: string, _headers: unknown, sent: string) => {
    body = sent;
    return { result: { order: {} } };
  };
  // ccxt reads the number of an option as a float, which overflows: it cannot order one unless it is given whole.
  Object.assign(client, { fetch, parseToNumeric: (whole: string) => BigInt(whole) });
  const side = order.isBid ? 'buy' : 'sell';
  const { amount, limit, maxFee } = order;
  await client.createOrder('BTC/USDC:USDC', 'limit', side, Number(amount), Number(limit), { max_fee: maxFee });
  return JSON.parse(body) as Sent;
}

describe('Derive orders', () => {
  it.each(SEPARATORS)('are for the published domain of $venue', ({ chain }, separator) => {
    const { domain } = orderAction(
      chain,
      { subaccount: 1, nonce: 1n, expirySeconds: 1, owner: WALLET, signer: WALLET },
      { ...PERP, limit: decimal(1), amount: decimal(1), maxFee: decimal(1), isBid: true },
    );
    expect(
      hashDomain({ domain: { ...domain, chainId: BigInt(domain.chainId) }, types: { EIP712Domain: DOMAIN } }),
    ).toBe(separator);
  });

  it('have the published type', () => {
    const head = { subaccount: 1, nonce: 1n, expirySeconds: 1, owner: WALLET, signer: WALLET };
    const terms = { ...PERP, limit: decimal(1), amount: decimal(1), maxFee: decimal(1), isBid: true };
    const { types } = orderAction(PRODUCTION.chain, head, terms);
    const fields = types.Action.map(({ type, name }) => `${type} ${name}`).join(',');
    expect(keccak256(toHex(`Action(${fields})`))).toBe(ACTION_TYPEHASH);
  });

  it.each([PRODUCTION, TESTNET])('are signed as ccxt signs them at $venue', async (endpoint) => {
    const signer = privateKeyToAccount(KEY);
    for (const order of ORDERS) {
      const theirs = await byCcxt(endpoint, order);
      const head = { subaccount: SUBACCOUNT, nonce: BigInt(theirs.nonce), owner: WALLET, signer: signer.address };
      const { limit, amount, maxFee, ...rest } = order;
      const terms = { ...rest, limit: decimal(limit), amount: decimal(amount), maxFee: decimal(maxFee) };
      const expirySeconds = theirs.signature_expiry_sec;
      const action = orderAction(endpoint.chain, { ...head, expirySeconds }, terms);
      expect(await signer.signTypedData(action)).toBe(theirs.signature);
    }
  });
});
