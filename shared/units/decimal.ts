import Big from 'big.js';
import { type Fault, fail, fault, ok, type Result } from './result.ts';

declare const brand: unique symbol;
declare const unit: unique symbol;

/** A canonical decimal string: no exponent, no leading plus, no trailing zeros, never "-0". Exact, JSON-safe. */
export type Decimal = string & { readonly [brand]: true };
/** Price in the instrument's quote unit: coin for inverse options, USD or USDC otherwise. */
export type Price = Decimal & { readonly [unit]?: 'price' };
/** Signed quantity in the instrument's own unit: USD for inverse futures and perpetuals, coin otherwise. */
export type Quantity = Decimal & { readonly [unit]?: 'quantity' };

/** Decimal places kept by division: far below any tick or lot, so that only derived averages are rounded. */
const DIVISION_PLACES = 18;
const Exact = Big();
Exact.DP = DIVISION_PLACES;
Exact.RM = Exact.roundHalfEven;
Exact.NE = -1000;
Exact.PE = 1000;

const PATTERN = /^-?\d{1,30}(\.\d{1,30})?$/;

function canonical<T extends Decimal>(value: Big): T {
  return (value.eq(0) ? '0' : value.toFixed()) as T;
}

/** Parses plain decimal notation ("-1.50"). Exponents, blanks, NaN and thousands separators are faults. */
export function parseDecimal<T extends Decimal = Decimal>(text: string, field = 'value'): Result<T, Fault> {
  if (!PATTERN.test(text)) {
    return fail(fault('decimal', `${field}: expected a plain decimal such as 12.5, was "${text}"`, { field, text }));
  }
  return ok(canonical<T>(new Exact(text)));
}

/** A decimal from a literal or a value already known to be one. Throws on anything else: use {@link parseDecimal} at borders. */
export function decimal<T extends Decimal = Decimal>(value: string | number): T {
  return canonical<T>(new Exact(value));
}

export const ZERO = '0' as Decimal;

export function toNumber(value: Decimal): number {
  return Number(value);
}

export function add<T extends Decimal>(a: T, b: T): T {
  return canonical<T>(new Exact(a).plus(b));
}

export function subtract<T extends Decimal>(a: T, b: T): T {
  return canonical<T>(new Exact(a).minus(b));
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return canonical(new Exact(a).times(b));
}

/** a / b rounded half-even to 18 places. Throws on division by zero. */
export function divide(a: Decimal, b: Decimal): Decimal {
  return canonical(new Exact(a).div(b));
}

export function negate<T extends Decimal>(a: T): T {
  return canonical<T>(new Exact(a).neg());
}

export function absolute<T extends Decimal>(a: T): T {
  return canonical<T>(new Exact(a).abs());
}

/** −1, 0 or 1 as a is below, equal to or above b. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  return new Exact(a).cmp(b);
}

export function sign(a: Decimal): -1 | 0 | 1 {
  return compare(a, ZERO);
}

export function isZero(a: Decimal): boolean {
  return sign(a) === 0;
}

export function smaller<T extends Decimal>(a: T, b: T): T {
  return compare(a, b) <= 0 ? a : b;
}

/** True when `value` is a whole multiple of `step` (a tick or a lot). */
export function isMultipleOf(value: Decimal, step: Decimal): boolean {
  return new Exact(value).mod(step).eq(0);
}

export type Rounding = 'down' | 'up' | 'nearest';

/** `value` moved to a multiple of `step`: down is toward zero, up away from zero, nearest is half-even. */
export function roundToStep<T extends Decimal>(value: T, step: Decimal, rounding: Rounding): T {
  const mode = rounding === 'down' ? Exact.roundDown : rounding === 'up' ? Exact.roundUp : Exact.roundHalfEven;
  return canonical<T>(new Exact(value).div(step).round(0, mode).times(step));
}

/** A float64 of the risk side brought to the order border: rounded to a multiple of `step`. Throws when not finite. */
export function fromNumber<T extends Decimal>(value: number, step: Decimal, rounding: Rounding): T {
  if (!Number.isFinite(value)) throw new RangeError(`expected a finite number, was ${value}`);
  return roundToStep<T>(canonical<T>(new Exact(value.toFixed(12))), step, rounding);
}

/** Decimal places that a step ("0.0005" → 4) asks a display to show. */
export function placesOf(step: Decimal): number {
  const point = step.indexOf('.');
  return point < 0 ? 0 : step.length - point - 1;
}
