import type { Currency } from '#shared/units/ids.ts';

/** A token of a chain. `holds`: what it stands for; interest is told by supplied and debt tokens. */
export interface ChainToken {
  readonly symbol: Currency;
  readonly decimals: number;
  readonly holds: 'token' | 'supplied' | 'debt';
}

function plain(symbol: Currency, decimals: number): ChainToken {
  return { symbol, decimals, holds: 'token' };
}

/** Ethereum mainnet; others are told by the trader. */
const KNOWN: Readonly<Record<string, ChainToken>> = {
  '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2': plain('WETH', 18),
  '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48': plain('USDC', 6),
  '0xdac17f958d2ee523a2206206994597c13d831ec7': plain('USDT', 6),
  '0x6b175474e89094c44da98b954eedeac495271d0f': plain('DAI', 18),
  '0x2260fac5e5542a773aa44fbcfedf7c193bc2c599': plain('WBTC', 8),
};

/** The token at an address; null for one that nobody told of. */
export function tokenOf(told: ReadonlyMap<string, ChainToken>, address: string): ChainToken | null {
  const key = address.toLowerCase();
  return told.get(key) ?? (Object.hasOwn(KNOWN, key) ? (KNOWN[key] ?? null) : null);
}

const HOLDS = ['token', 'supplied', 'debt'] as const;

/** "USDC:6" or "USDC:6:debt" as a token; null for what is none. */
export function parseToken(text: string): ChainToken | null {
  const [symbol = '', places = '', kind = 'token'] = text.split(':');
  const holds = HOLDS.find((one) => one === kind);
  if (symbol === '' || !/^\d{1,2}$/.test(places) || holds === undefined) return null;
  return { symbol, decimals: Number(places), holds };
}
