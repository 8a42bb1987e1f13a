import { z } from 'zod';
import type { ApprovedOrder } from '#main/engine/signer-port.ts';
import { compare, type Decimal, parseDecimal, sign } from '#shared/units/decimal.ts';
import { refused } from './intent.ts';

type Hex = `0x${string}`;

function isDecimal(text: string): text is Decimal {
  return text.length <= 40 && parseDecimal(text).ok;
}

function isHex(text: string): text is Hex {
  return /^0x([0-9a-fA-F]{2})*$/.test(text);
}

export const decimalText = z.string().refine(isDecimal, 'expected a decimal');
export const hexBytes = z.string().max(20_000).refine(isHex, 'expected hexadecimal bytes');
export const addressText = z.string().length(42).refine(isHex, 'expected an address');
/** A whole number from 0 up, too large for JSON's own. */
export const wholeText = z.string().regex(/^(0|[1-9][0-9]{0,77})$/);

export const approvedOrder = z.strictObject({
  id: z.string().min(1).max(80),
  instrument: z.string().min(1).max(120),
  side: z.enum(['buy', 'sell']),
  quantity: decimalText,
  limit: decimalText.nullable(),
  reduceOnly: z.boolean(),
});

/** The terms of an order as they stand in what is to be signed. */
export interface SignedTerms {
  readonly side: 'buy' | 'sell';
  readonly quantity: Decimal;
  readonly limit: Decimal;
  /** Null: the signed bytes do not say. */
  readonly reduceOnly: boolean | null;
}

/** Throws `intent-refused` for an order that goes further than the one that the gate let pass, or has none. */
export function checkApproved(approved: ApprovedOrder | undefined, signed: SignedTerms): void {
  if (approved === undefined) throw refused('the gate let no such order pass');
  const { id, side, quantity, limit, reduceOnly } = approved;
  if (limit === null) throw refused(`order ${id} has no worst price`);
  if (sign(signed.quantity) <= 0 || sign(signed.limit) <= 0) throw refused(`order ${id} is for nothing`);
  if (side !== signed.side) throw refused(`order ${id} is a ${side}, a ${signed.side} was to be signed`);
  if (compare(signed.quantity, quantity) > 0) {
    throw refused(`order ${id} is for ${quantity}, ${signed.quantity} were to be signed`);
  }
  const beyond = side === 'buy' ? compare(signed.limit, limit) > 0 : compare(signed.limit, limit) < 0;
  if (beyond) throw refused(`order ${id} has the limit ${limit}, ${signed.limit} was to be signed`);
  if (reduceOnly && signed.reduceOnly === false) throw refused(`order ${id} may only reduce`);
}
