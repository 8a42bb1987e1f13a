import { KEY_LIMITS, type KeyCard, type KeyLimits } from '#main/engine/signer-port.ts';
import { type DurationMs, type EpochMs, MINUTE } from '#shared/units/time.ts';

/** Wider limits hold after this long: whoever asked for them in haste, or is not the trader, has been seen by then. */
const DELAY: DurationMs = 10 * MINUTE;

function isWider(before: KeyLimits, after: KeyLimits): boolean {
  if (after.perOrderUsd > before.perOrderUsd || after.perDayUsd > before.perDayUsd) return true;
  const known = before.only;
  if (known === null) return false;
  return after.only === null || after.only.some((one) => !known.includes(one));
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
