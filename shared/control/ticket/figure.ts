import { type Decimal, decimal, multiply, parseDecimal } from '#shared/units/decimal.ts';

const THOUSAND = decimal(1000);

/** "6000", "6k", "1.5k": a positive decimal, or null. */
export function figure(text: string): Decimal | null {
  const short = /^(.*)k$/i.exec(text);
  const parsed = parseDecimal((short?.[1] ?? text).replace(/^\$/, ''));
  if (!parsed.ok || parsed.value.startsWith('-') || parsed.value === '0') return null;
  return short ? multiply(parsed.value, THOUSAND) : parsed.value;
}
