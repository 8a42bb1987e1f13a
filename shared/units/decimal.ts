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
const PATTERN = /^-?\d{1,30}(\.\d{1,30})?$/;
const LITERAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;

/** A decimal as an integer over a power of ten: digits / 10^places. */
interface Scaled {
  readonly digits: bigint;
  readonly places: number;
}

const POWERS: bigint[] = [];

function power(exponent: number): bigint {
  const known = POWERS[exponent] ?? 10n ** BigInt(exponent);
  POWERS[exponent] = known;
  return known;
}

function scaled(text: string): Scaled {
  const point = text.indexOf('.');
  if (point < 0) return { digits: BigInt(text), places: 0 };
  return { digits: BigInt(text.slice(0, point) + text.slice(point + 1)), places: text.length - point - 1 };
}

/** The one spelling of digits / 10^places. */
function canonical<T extends Decimal>(digits: bigint, places: number): T {
  if (digits === 0n) return '0' as T;
  const sign = digits < 0n ? '-' : '';
  const whole = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0');
  const point = whole.length - places;
  const fraction = whole.endsWith('0') ? whole.slice(point).replace(/0+$/, '') : whole.slice(point);
  return `${sign}${whole.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}` as T;
}

/** Both numbers over the same power of ten. */
function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const x = scaled(a);
  const y = scaled(b);
  const places = Math.max(x.places, y.places);
  return [x.digits * power(places - x.places), y.digits * power(places - y.places), places];
}

export type Rounding = 'down' | 'up' | 'nearest';

/** n / d as a whole number: down is toward zero, up away from zero, nearest is half-even. */
function quotient(n: bigint, d: bigint, rounding: Rounding): bigint {
  if (d === 0n) throw new RangeError('division by zero');
  const [top, bottom] = [n < 0n ? -n : n, d < 0n ? -d : d];
  let whole = top / bottom;
  const rest = top - whole * bottom;
  const twice = rest * 2n;
  const half = twice > bottom || (twice === bottom && (whole & 1n) === 1n);
  if (rounding === 'up' ? rest > 0n : rounding === 'nearest' && half) whole += 1n;
  return n < 0n === d < 0n ? whole : -whole;
}

/** Parses plain decimal notation ("-1.50"). Exponents, blanks, NaN and thousands separators are faults. */
export function parseDecimal<T extends Decimal = Decimal>(text: string, field = 'value'): Result<T, Fault> {
  if (!PATTERN.test(text)) {
    return fail(fault('decimal', `${field}: expected a plain decimal such as 12.5, was "${text}"`, { field, text }));
  }
  const { digits, places } = scaled(text);
  return ok(canonical<T>(digits, places));
}

/** A decimal from a literal or a value already known to be one. Throws on anything else: use {@link parseDecimal} at borders. */
export function decimal<T extends Decimal = Decimal>(value: string | number): T {
  const [matched, sign, whole = '', fraction = '', exponent = '0'] = LITERAL.exec(String(value)) ?? [];
  if (matched === undefined || whole + fraction === '') throw new RangeError(`expected a decimal, was ${value}`);
  const places = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  return places >= 0 ? canonical<T>(digits, places) : canonical<T>(digits * power(-places), 0);
}

export const ZERO = '0' as Decimal;

export function toNumber(value: Decimal): number {
  return Number(value);
}

export function add<T extends Decimal>(a: T, b: T): T {
  if (a === '0') return b;
  if (b === '0') return a;
  const [x, y, places] = aligned(a, b);
  return canonical<T>(x + y, places);
}

export function subtract<T extends Decimal>(a: T, b: T): T {
  if (b === '0') return a;
  const [x, y, places] = aligned(a, b);
  return canonical<T>(x - y, places);
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  if (a === '1' || b === '0') return b;
  if (b === '1' || a === '0') return a;
  const [x, y] = [scaled(a), scaled(b)];
  return canonical(x.digits * y.digits, x.places + y.places);
}

/** a / b rounded half-even to 18 places. Throws on division by zero. */
export function divide(a: Decimal, b: Decimal): Decimal {
  const [x, y] = aligned(a, b);
  return canonical(quotient(x * power(DIVISION_PLACES), y, 'nearest'), DIVISION_PLACES);
}

export function negate<T extends Decimal>(a: T): T {
  if (a === '0') return a;
  return (a.startsWith('-') ? a.slice(1) : `-${a}`) as T;
}

export function absolute<T extends Decimal>(a: T): T {
  return a.startsWith('-') ? negate(a) : a;
}

/** −1, 0 or 1 as a is below, equal to or above b. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  if (a === b) return 0;
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

export function sign(a: Decimal): -1 | 0 | 1 {
  if (a === '0') return 0;
  return a.startsWith('-') ? -1 : 1;
}

export function isZero(a: Decimal): boolean {
  return a === '0';
}

export function smaller<T extends Decimal>(a: T, b: T): T {
  return compare(a, b) <= 0 ? a : b;
}

/** True when `value` is a whole multiple of `step` (a tick or a lot). */
export function isMultipleOf(value: Decimal, step: Decimal): boolean {
  const [x, y] = aligned(value, step);
  return x % y === 0n;
}

/** `value` moved to a multiple of `step`: down is toward zero, up away from zero, nearest is half-even. */
export function roundToStep<T extends Decimal>(value: T, step: Decimal, rounding: Rounding): T {
  const [x, y, places] = aligned(value, step);
  return canonical<T>(quotient(x, y, rounding) * y, places);
}

/** A float64 of the risk side brought to the order border: rounded to a multiple of `step`. Throws when not finite. */
export function fromNumber<T extends Decimal>(value: number, step: Decimal, rounding: Rounding): T {
  if (!Number.isFinite(value)) throw new RangeError(`expected a finite number, was ${value}`);
  return roundToStep<T>(decimal<T>(value.toFixed(12)), step, rounding);
}

/** Decimal places that a step ("0.0005" → 4) asks a display to show. */
export function placesOf(step: Decimal): number {
  const point = step.indexOf('.');
  return point < 0 ? 0 : step.length - point - 1;
}
