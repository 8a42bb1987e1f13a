import type { TicketLeg } from '#shared/ipc/contract.ts';
import { fromNumber } from '#shared/units/decimal.ts';
import { type EditedLine, holds, type LegSpan, legAt, withPrice, withQuantity } from './line.ts';
import { cyclePriceWord, joinPrice, midPrice, stepPriceWord, stepQuantityWord } from './price-word.ts';

/** Price to the best of the order's own side, or to the middle, on a tick. Null where nobody quotes. */
export function toMarket(line: string, span: LegSpan, leg: TicketLeg, where: 'join' | 'mid'): EditedLine | null {
  const price = where === 'join' ? joinPrice(leg) : midPrice(leg);
  return price === null ? null : withPrice(line, span, fromNumber(price, leg.tick, 'nearest'));
}

/**
 * Up and Down: steps of the quantity while the caret is in it, else of the leg's price. A leg without a price gets one
 * at its market first. Null where there is nothing to step.
 */
export function stepAt(line: string, caret: number, legs: readonly TicketLeg[], steps: number): EditedLine | null {
  const span = legAt(line, caret);
  if (span === null) return null;
  if (span.quantity && holds(span.quantity, caret)) {
    const quantity = stepQuantityWord(span.quantity.text, steps);
    return quantity === null ? null : withQuantity(line, span, quantity);
  }
  const leg = legs.find((one) => one.part === span.index);
  if (leg === undefined || leg.routed) return null;
  if (span.price === null) return toMarket(line, span, leg, 'join');
  const price = stepPriceWord(span.price.text, steps, leg.tick);
  return price === null ? null : withPrice(line, span, price);
}

/** The leg's price in its next unit: coin, dollars, vol; a leg at market gets a price first. Null where it has but one. */
export function cycleAt(line: string, span: LegSpan, leg: TicketLeg): EditedLine | null {
  if (span.price === null) return toMarket(line, span, leg, 'join');
  const text = cyclePriceWord(leg, span.price.text);
  return text === null ? null : withPrice(line, span, text);
}
