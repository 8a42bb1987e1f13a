/** U+2212: as wide as a plus, unlike the hyphen. */
export const MINUS = '−';
/** Shown for what is unknown or does not apply. */
export const DASH = '—';

const FALLBACK_LOCALE = 'en-US';
/** Figures are compared column by column, so every locale shows them in Latin digits. */
const LATIN_DIGITS = '-u-nu-latn';

/**
 * A locale that `Intl` accepts. Chromium started with LANG=C reports "en-US@posix", which every Intl constructor
 * refuses; that and anything else unusable becomes en-US.
 */
export function usableLocale(reported: string | undefined): string {
  const base = (reported ?? '').split(/[@.]/)[0]?.replaceAll('_', '-') ?? '';
  try {
    return Intl.getCanonicalLocales(base)[0] ?? FALLBACK_LOCALE;
  } catch {
    return FALLBACK_LOCALE;
  }
}

let locale = usableLocale(typeof navigator === 'undefined' ? undefined : navigator.language);
const formats = new Map<number, Intl.NumberFormat>();
let separators: { readonly group: string; readonly decimal: string } | null = null;

/** The locale figures are shown in, canonical. */
export function figureLocale(): string {
  return locale;
}

/** Shows figures in another locale from now on. */
export function setFigureLocale(reported: string): void {
  locale = usableLocale(reported);
  formats.clear();
  separators = null;
}

function formatOf(decimals: number): Intl.NumberFormat {
  let format = formats.get(decimals);
  if (!format) {
    format = new Intl.NumberFormat(locale + LATIN_DIGITS, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      signDisplay: 'never',
    });
    formats.set(decimals, format);
  }
  return format;
}

function separatorsOf(): { readonly group: string; readonly decimal: string } {
  if (separators === null) {
    const parts = formatOf(1).formatToParts(12_345_678.9);
    const find = (type: string): string | undefined => parts.find((part) => part.type === type)?.value;
    separators = { group: find('group') ?? '', decimal: find('decimal') ?? '.' };
  }
  return separators;
}

function signOf(value: number, decimals: number, always: boolean): string {
  if (value === 0 || Number(Math.abs(value).toFixed(decimals)) === 0) return '';
  if (value < 0) return MINUS;
  return always ? '+' : '';
}

/** A figure whose sign matters: "+1,234.50", "−0.3"; what rounds to zero has no sign; not finite is an em dash. */
export function signed(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return DASH;
  return signOf(value, decimals, true) + formatOf(decimals).format(value);
}

/** A figure that is positive by nature (a price, a count): no plus; U+2212 when negative; not finite is an em dash. */
export function plain(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return DASH;
  return signOf(value, decimals, false) + formatOf(decimals).format(value);
}

/** A fraction as a percentage: 0.1234 → "12.3%". */
export function percent(fraction: number, decimals = 1, sign: 'signed' | 'plain' = 'plain'): string {
  if (!Number.isFinite(fraction)) return DASH;
  return `${sign === 'signed' ? signed(fraction * 100, decimals) : plain(fraction * 100, decimals)}%`;
}

const SCALES = [
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** Three significant digits with k, M or B: "+12.4k", "−184k", "950". For labels on charts and cells, never for orders. */
export function scaled(value: number, sign: 'signed' | 'plain' = 'signed'): string {
  if (!Number.isFinite(value)) return DASH;
  const write = sign === 'signed' ? signed : plain;
  const size = Math.abs(value);
  for (const [factor, letter] of SCALES) {
    if (size >= factor * 0.9995) return write(value / factor, digitsAfterPoint(size / factor)) + letter;
  }
  return write(value, size >= 100 || Number.isInteger(value) ? 0 : digitsAfterPoint(size));
}

function digitsAfterPoint(size: number): number {
  if (size >= 99.95) return 0;
  return size >= 9.995 ? 1 : 2;
}

/** A value in a table or readout, shortened with k or M only from 10 million on. */
export function money(value: number, sign: 'signed' | 'plain' = 'signed'): string {
  if (Math.abs(value) >= 1e7) return scaled(value, sign);
  return sign === 'signed' ? signed(value, 0) : plain(value, 0);
}

/**
 * An exact decimal string of the order border, grouped for reading, without passing through a double.
 * `decimals` pads with zeros (never cuts digits). Text that is no decimal is returned as it is.
 */
export function exact(text: string, decimals = 0, sign: 'signed' | 'plain' = 'plain'): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return text;
  const [, minus, whole = '0', fraction = ''] = match;
  const { group, decimal } = separatorsOf();
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  const tail = fraction.padEnd(decimals, '0');
  const zero = /^0*$/.test(whole + fraction);
  const mark = zero ? '' : minus ? MINUS : sign === 'signed' ? '+' : '';
  return mark + grouped + (tail === '' ? '' : decimal + tail);
}

/** "up", "down" or "flat": which way a figure points, as shown with these decimals. */
export function direction(value: number, decimals = 0): 'up' | 'down' | 'flat' {
  const sign = signOf(value, decimals, true);
  if (!Number.isFinite(value) || sign === '') return 'flat';
  return sign === '+' ? 'up' : 'down';
}

/** Decimals that show `value` with about `digits` significant ones, between 0 and 8: for figures without a tick. */
export function decimalsFor(value: number, digits = 4): number {
  if (!Number.isFinite(value) || value === 0) return 0;
  return Math.min(8, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value)))));
}
