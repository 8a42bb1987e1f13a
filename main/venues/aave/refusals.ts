import type { Fault } from '#shared/units/result.ts';

/** Why Aave v3 refuses, by the number it gives as the reason (aave-v3-core, Errors.sol). */
const REASONS: Readonly<Record<string, string>> = {
  27: 'the reserve is not active',
  28: 'the reserve is frozen',
  29: 'the reserve is paused',
  30: 'the token cannot be borrowed',
  32: 'more than is supplied',
  34: 'there is no collateral',
  35: 'the health factor would be below 1',
  36: 'the collateral does not cover the loan',
  39: 'nothing of it is owed',
  43: 'nothing of it is supplied',
  50: 'the borrow cap of the reserve is reached',
  51: 'the supply cap of the reserve is reached',
  53: 'the debt ceiling of the isolated collateral is reached',
  57: 'collateral without a loan-to-value has to go first',
  58: 'what is owed is not in that e-mode category',
};

const NUMBERED = /: (\d+)\.?$/;

/** The refusal in words where its number is known. */
export function worded(refusal: Fault): Fault {
  const [, number = ''] = NUMBERED.exec(refusal.message.trim()) ?? [];
  if (!Object.hasOwn(REASONS, number)) return refusal;
  const message = refusal.message.replace(NUMBERED, `: ${REASONS[number]} (${number})`);
  return { ...refusal, message };
}
