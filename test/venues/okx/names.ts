import type { Contract, Instrument } from '#shared/domain/instrument.ts';
import { type Decimal, decimal, divide, multiply } from '#shared/units/decimal.ts';

/** How a contract of the matching core is written at OKX. */
export interface OkxName {
  readonly id: string;
  readonly type: 'SPOT' | 'SWAP' | 'FUTURES' | 'OPTION';
  /** Value of one contract and its multiplier: dollars for inverse futures, coins otherwise; spot has none. */
  readonly ctVal: string;
  readonly ctMult: string;
}

function dateOf(expiry: number): string {
  return new Date(expiry).toISOString().slice(2, 10).replaceAll('-', '');
}

/** Null for what OKX has no like of: options settled in dollars. */
export function okxName(instrument: Instrument): OkxName | null {
  const one = instrument as Contract;
  const { underlying, quote, payoff } = one;
  const inverse = payoff === 'inverse';
  if (one.kind === 'spot') return { id: `${underlying}-${quote}`, type: 'SPOT', ctVal: '', ctMult: '' };
  if (one.kind === 'perpetual') {
    const id = inverse ? `${underlying}-USD-SWAP` : `${underlying}-${quote}-SWAP`;
    return { id, type: 'SWAP', ctVal: inverse ? '100' : '0.01', ctMult: '1' };
  }
  if (!inverse) return null;
  const dated = `${underlying}-USD-${dateOf(one.expiry)}`;
  if (one.kind === 'future') return { id: dated, type: 'FUTURES', ctVal: '100', ctMult: '1' };
  const right = one.right === 'call' ? 'C' : 'P';
  return { id: `${dated}-${one.strike}-${right}`, type: 'OPTION', ctVal: '1', ctMult: '0.01' };
}

function unitOf({ ctVal, ctMult }: OkxName): Decimal {
  return ctVal === '' ? decimal('1') : multiply(decimal(ctVal), decimal(ctMult));
}

export function toContracts(name: OkxName, quantity: Decimal): Decimal {
  return divide(quantity, unitOf(name));
}

export function toQuantity(name: OkxName, contracts: Decimal): Decimal {
  return multiply(contracts, unitOf(name));
}
