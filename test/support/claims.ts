import type { Claim, Contract, Instrument, Lending } from '#shared/domain/instrument.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { claimPrice } from '#shared/pricing/claims/claim-value.ts';
import type { HeldBook } from '#shared/risk/assemble.ts';
import { claimTerms } from '#shared/risk/claims.ts';
import { decimal } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { DAY, type EpochMs, yearsBetween } from '#shared/units/time.ts';
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL, option, SPOT } from './domain.ts';
import { ASOF, quoteOf } from './risk.ts';

const EXPIRY = Date.UTC(2020, 2, 27, 8);
const START = ASOF - 5 * DAY;
const { tick, fees } = SPOT;
const claim = {
  venue: 'chain', underlying: 'BTC', quote: 'USDC', settlement: 'USDC', payoff: 'linear', tick, lot: decimal('0.000001'), fees,
} as const; // biome-ignore format: one glance
const named = (name: string) => ({ ...claim, id: `chain:${name}`, name });
const struck = (strike: string, right: 'call' | 'put') => ({ expiry: EXPIRY, strike: decimal(strike), right });

export const BARRIER_OUT: Claim = {
  ...named('down-out'), kind: 'barrier', ...struck('7000', 'call'), style: 'down-out', barrier: decimal('6200'), rebate: decimal('0'),
}; // biome-ignore format: one glance
export const BARRIER_IN: Claim = { ...BARRIER_OUT, id: 'chain:down-in', name: 'down-in', style: 'down-in' };
export const CASH_DIGITAL: Claim = {
  ...named('cash-digital'),
  kind: 'digital',
  ...struck('7500', 'put'),
  pays: 'cash',
};
export const ASSET_DIGITAL: Claim = {
  ...CASH_DIGITAL,
  id: 'chain:asset-digital',
  name: 'asset-digital',
  pays: 'asset',
};
export const ARITHMETIC: Claim = {
  ...named('arithmetic'), kind: 'asian', ...struck('7200', 'call'), mean: 'arithmetic', start: START,
}; // biome-ignore format: one glance
export const GEOMETRIC: Claim = { ...ARITHMETIC, id: 'chain:geometric', name: 'geometric', mean: 'geometric' };
export const POWER: Claim = { ...named('power'), kind: 'power-perpetual', power: 2, fundingHours: 24 };
export const RANGE: Claim = {
  ...named('range'), kind: 'liquidity-range', liquidity: decimal('900'), lower: decimal('6000'), upper: decimal('9000'),
}; // biome-ignore format: one glance
export const CALL_VAULT: Claim = {
  ...named('call-vault'), kind: 'vault-share', ...struck('8500', 'call'), collateral: decimal('1.02'), sold: decimal('1'),
}; // biome-ignore format: one glance
export const PUT_VAULT: Claim = {
  ...named('put-vault'), kind: 'vault-share', ...struck('6000', 'put'), collateral: decimal('6100'), sold: decimal('1'),
}; // biome-ignore format: one glance
export const SUPPLIED: Lending = {
  ...named('aWBTC'), kind: 'lending', asset: 'WBTC', ltv: 0.73, threshold: 0.78,
}; // biome-ignore format: one glance
export const OWED: Lending = { ...SUPPLIED, id: 'chain:debtUSDC', name: 'debtUSDC', asset: 'USDC', underlying: 'USDC' };

export const CLAIMS: readonly Claim[] = [
  BARRIER_OUT, BARRIER_IN, CASH_DIGITAL, ASSET_DIGITAL, ARITHMETIC, GEOMETRIC, POWER, RANGE, CALL_VAULT, PUT_VAULT, SUPPLIED, OWED,
]; // biome-ignore format: one glance
export const CONTRACTS: readonly Contract[] = [
  LINEAR_PERPETUAL,
  INVERSE_PERPETUAL,
  option(6000, 'put'),
  option(8500, 'call', 'linear'),
  option(6000, 'put', 'linear'),
  option(7000, 'call', 'linear'),
  option(7500, 'put', 'linear'),
];

/** Where the market of a test stands. */
export interface Stand {
  readonly index: number;
  /** Forward less index, USD. */
  readonly basis: number;
  readonly vol: number;
  readonly at: EpochMs;
  /** Mean of the index until `ASOF`. */
  readonly average: number;
}

export const STAND: Stand = { index: 7380, basis: 25, vol: 0.9, at: ASOF, average: 7700 };

/** Mean at a later moment, the index having stood where it is since `ASOF`. */
function averageAt(one: Claim, { index, at, average }: Stand): number {
  const share = (at - ASOF) / (at - START);
  const geometric = one.kind === 'asian' && one.mean === 'geometric';
  return geometric ? average ** (1 - share) * index ** share : average * (1 - share) + index * share;
}

function claimQuote(one: Claim, stand: Stand): Quote {
  const { index, basis, vol, at } = stand;
  const dollars = one.underlying === 'USDC';
  const perpetual = one.kind === 'power-perpetual';
  const price = one.kind === 'lending' || perpetual ? index : index + basis;
  const forward = dollars ? 1 : price;
  const bare: Quote = {
    instrument: one.id, bid: null, bidSize: 0, ask: null, askSize: 0, mark: forward, markVol: vol, forward, index,
    funding8h: one.kind === 'lending' ? -0.00001 : null, average: averageAt(one, stand), tsEvent: at, tsReceived: at,
  }; // biome-ignore format: one glance
  if (one.kind === 'lending') return bare;
  const years = 'expiry' in one ? yearsBetween(at, one.expiry) : 0;
  return { ...bare, mark: unwrap(claimPrice(claimTerms(one, bare, at), { spot: index, forward, vol, years })) };
}

/** The market of claims, and of contracts as support/risk.ts prices them. */
export function claimMarketAt(stand: Stand): MarketSnapshot {
  const { index, vol, at } = stand;
  const contracts = CONTRACTS.map((one) => [one.id, quoteOf(one, index, vol, at)] as const);
  const claims = CLAIMS.map((one) => [one.id, claimQuote(one, stand)] as const);
  return { asOf: at, index: new Map([['BTC', index]]), quotes: new Map([...contracts, ...claims]) };
}

/** So much of each instrument: lending in an Aave account, other claims in a wallet, contracts at Deribit. */
export function claimHeld(quantities: ReadonlyMap<Instrument, string>, coins = '3'): HeldBook {
  const accountOf = (one: Instrument): string =>
    one.kind === 'lending' ? 'aave' : one.venue === 'chain' ? 'wallet' : 'options';
  return {
    accounts: [
      { id: 'aave', venue: 'chain', name: 'Aave', rules: 'aave-v3' },
      { id: 'wallet', venue: 'chain', name: 'Wallet', rules: 'unmargined' },
      { id: 'options', venue: 'deribit-paper', name: 'Options', rules: 'deribit-standard' },
    ],
    instruments: new Map([...quantities.keys()].map((one) => [one.id, one])),
    positions: [...quantities].map(([one, quantity]) => ({
      account: accountOf(one), instrument: one.id, quantity: decimal(quantity), entry: decimal(one.payoff === 'inverse' && one.kind === 'option' ? '0.03' : '7000'),
    })), // biome-ignore format: one glance
    balances: [{ account: 'options', currency: 'BTC', cash: decimal(coins) }],
  };
}
