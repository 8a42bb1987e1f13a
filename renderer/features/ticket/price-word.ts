import type { TicketLeg } from '#shared/ipc/contract.ts';
import {
  add,
  compare,
  type Decimal,
  decimal,
  multiply,
  parseDecimal,
  roundToStep,
  ZERO,
} from '#shared/units/decimal.ts';

/** Unit a price word is written in: the instrument's own quote, US dollars, or vol points. */
export type PriceUnit = 'quote' | 'usd' | 'vol';

/** A price word taken apart so that only its figure changes: "$" + "250" + "", "" + "110" + "v". */
export interface PriceWord {
  readonly before: string;
  readonly figure: Decimal;
  readonly after: string;
  readonly unit: PriceUnit;
}

const VOL_STEP = decimal('0.1');
const USD_STEP = decimal('1');
const SMALL_USD_STEP = decimal('0.1');
const TEN = decimal(10);

/** "110v", "0.0345", "$250", "250usd", "1.5k" as parts; null for anything else. */
export function readPriceWord(text: string): PriceWord | null {
  const match = /^(\$?)([\d.]+)(k?)(v|vol|usd|usdc|btc|eth)?$/i.exec(text);
  const parsed = parseDecimal(match?.[2] ?? '');
  if (!match || !parsed.ok) return null;
  const [, before = '', , thousands = '', after = ''] = match;
  const suffix = after.toLowerCase();
  const unit = suffix.startsWith('v') ? 'vol' : before === '$' || suffix.startsWith('usd') ? 'usd' : 'quote';
  const figure = thousands === '' ? parsed.value : multiply(parsed.value, decimal(1000));
  return { before, figure, after, unit };
}

/** One step of a price in its unit: the tick of the instrument, a tenth of a vol point, a dollar (a dime below 10). */
function stepOf(word: PriceWord, tick: Decimal): Decimal {
  if (word.unit === 'vol') return VOL_STEP;
  if (word.unit === 'quote') return tick;
  return compare(word.figure, TEN) < 0 ? SMALL_USD_STEP : USD_STEP;
}

/** The word `steps` steps away, on a whole multiple of the step; null where it would fall to zero or below. */
export function stepPriceWord(text: string, steps: number, tick: Decimal): string | null {
  const word = readPriceWord(text);
  if (word === null) return null;
  const step = stepOf(word, tick);
  const moved = add(roundToStep(word.figure, step, 'nearest'), multiply(step, decimal(steps)));
  return compare(moved, ZERO) > 0 ? word.before + moved + word.after : null;
}

/** The quantity word `steps` units of its own last digit away ("5" → "6", "0.5" → "0.6"); null at zero or below. */
export function stepQuantityWord(text: string, steps: number): string | null {
  const parsed = parseDecimal(text);
  if (!parsed.ok) return null;
  const places = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
  const moved = add(parsed.value, multiply(decimal(places === 0 ? 1 : `0.${'0'.repeat(places - 1)}1`), decimal(steps)));
  return compare(moved, ZERO) > 0 ? moved : null;
}

const NEXT: Readonly<Record<PriceUnit, readonly PriceUnit[]>> = {
  quote: ['usd', 'vol', 'quote'],
  usd: ['vol', 'quote', 'usd'],
  vol: ['quote', 'usd', 'vol'],
};

/** True where the limit, which is in the instrument's quote, is the price in coin. */
function quotedInCoin(leg: TicketLeg): boolean {
  const limit = Number(leg.request.limit ?? Number.NaN);
  return leg.priceCoin !== null && Math.abs(limit - leg.priceCoin) <= Math.abs(limit) * 1e-9;
}

/** The leg's limit written in a unit; null where the unit has no meaning for it. */
function writePrice(leg: TicketLeg, unit: PriceUnit): string | null {
  if (unit === 'quote') return leg.request.limit;
  if (unit === 'vol') return leg.vol === null ? null : `${trim((leg.vol * 100).toFixed(1))}v`;
  return quotedInCoin(leg) && leg.priceUsd !== null ? `$${trim(leg.priceUsd.toFixed(2))}` : null;
}

function trim(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** The price word in the next unit that has a meaning for the leg: coin → dollars → vol; null when there is no other. */
export function cyclePriceWord(leg: TicketLeg, text: string): string | null {
  const now = readPriceWord(text)?.unit ?? 'vol';
  for (const unit of NEXT[now]) {
    const written = unit === now ? null : writePrice(leg, unit);
    if (written !== null) return written;
  }
  return null;
}

/** Best price on the order's own side: to join it; null without one. */
export function joinPrice(leg: TicketLeg): number | null {
  return leg.request.side === 'buy' ? leg.bid : leg.ask;
}

export function midPrice(leg: TicketLeg): number | null {
  return leg.bid === null || leg.ask === null ? null : (leg.bid + leg.ask) / 2;
}
