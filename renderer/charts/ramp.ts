/** Red, green, blue, 0 … 255. */
export type Rgb = readonly [number, number, number];

/** A colour scale over −1 … +1 with the two inks its labels are written in. */
export interface Ramp {
  /** CSS colours of `STEPS` equal steps from −1 to +1. */
  readonly fills: readonly string[];
  /** Label ink on each of the fills: black or white, whichever stands out more. */
  readonly inks: readonly string[];
}

const STEPS = 129;
const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];

/** "#5bb8f5" as numbers. Throws on anything else: stops come from the tokens. */
export function parseHex(hex: string): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex.trim());
  if (!match) throw new RangeError(`expected a colour such as #5bb8f5, was "${hex}"`);
  const part = (index: number): number => Number.parseInt(match[index] ?? '0', 16);
  return [part(1), part(2), part(3)];
}

function channel(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** Relative luminance, 0 … 1 (WCAG 2). */
export function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
}

/** Contrast ratio of two colours, 1 … 21 (WCAG 2). */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** The stops' colour at `share` of −1 … +1, linear between neighbours; beyond the ends the end. */
export function colourAt(stops: readonly Rgb[], share: number): Rgb {
  const place = ((Math.min(Math.max(share, -1), 1) + 1) / 2) * (stops.length - 1);
  const index = Math.min(Math.floor(place), stops.length - 2);
  const [from, to] = [stops[index], stops[index + 1]];
  if (!from || !to) throw new RangeError('expected at least two stops');
  const rest = place - index;
  const mix = (part: 0 | 1 | 2): number => Math.round(from[part] + (to[part] - from[part]) * rest);
  return [mix(0), mix(1), mix(2)];
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

/** Black or white for a label on `fill`. */
export function inkOn(fill: Rgb): Rgb {
  return contrast(fill, WHITE) >= contrast(fill, BLACK) ? WHITE : BLACK;
}

/** The ramp of seven (or so) stops, lowest first, cut into equal steps so that drawing looks colours up. */
export function buildRamp(stops: readonly string[]): Ramp {
  const colours = stops.map(parseHex);
  const steps = Array.from({ length: STEPS }, (_, index) => colourAt(colours, (index / (STEPS - 1)) * 2 - 1));
  return { fills: steps.map(css), inks: steps.map((fill) => css(inkOn(fill))) };
}

/** Index into a ramp's steps for `value` on a scale that ends at ±`limit`. */
export function rampStep(value: number, limit: number): number {
  if (!(limit > 0)) return (STEPS - 1) / 2;
  const share = Math.min(Math.max(value / limit, -1), 1);
  return Math.round(((share + 1) / 2) * (STEPS - 1));
}

/** Largest magnitude among the finite values; 0 when there is none. */
export function magnitude(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (Number.isFinite(size) && size > largest) largest = size;
  }
  return largest;
}
