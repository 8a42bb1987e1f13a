import { KEY_LIMITS, type KeyCard, type KeyLimits, type TokenLimit } from '#main/engine/signer-port.ts';
import { compare } from '#shared/units/decimal.ts';
import { type DurationMs, type EpochMs, MINUTE } from '#shared/units/time.ts';

/** Wider limits hold after this long: whoever asked for them in haste, or is not the trader, has been seen by then. */
const DELAY: DurationMs = 10 * MINUTE;

/** Another symbol is another name; other decimals are another amount. */
function isMore(before: TokenLimit | undefined, after: TokenLimit): boolean {
  if (before === undefined || before.decimals !== after.decimals) return true;
  return compare(after.perTransaction, before.perTransaction) > 0 || compare(after.perDay, before.perDay) > 0;
}

function isWider(before: KeyLimits, after: KeyLimits): boolean {
  const known = (one: TokenLimit) =>
    before.tokens?.find(({ token }) => token.toLowerCase() === one.token.toLowerCase());
  if ((after.confirmUsd ?? Number.POSITIVE_INFINITY) > (before.confirmUsd ?? Number.POSITIVE_INFINITY)) return true;
  if (after.tokens?.some((one) => isMore(known(one), one))) return true;
  if (after.perOrderUsd > before.perOrderUsd || after.perDayUsd > before.perDayUsd) return true;
  const { only } = before;
  if (only === null) return false;
  return after.only === null || after.only.some((one) => !only.includes(one));
}

/** The card with the limits that hold at a time. */
export function cardAt(card: KeyCard, now: EpochMs): KeyCard {
  const { raise } = card;
  return raise !== undefined && now >= raise.from ? { ...card, limits: raise.limits, raise: undefined } : card;
}

/** The card with other limits: narrower ones hold at once, wider ones as a whole after {@link DELAY}. */
export function relimited(card: KeyCard, limits: KeyLimits, now: EpochMs): KeyCard {
  const today = cardAt(card, now);
  if (!isWider(today.limits ?? KEY_LIMITS, limits)) return { ...today, limits, raise: undefined };
  return { ...today, raise: { from: now + DELAY, limits } };
}
