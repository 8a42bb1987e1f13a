import type { Fault, Result } from '#shared/units/result.ts';
import { fail, fault, ok } from '#shared/units/result.ts';

/**
 * A smile in units of its own at-the-money spread: with z = k/(atm·√years) and k = ln(strike/forward),
 * (vol(z)/atm)² = 1 + b·(rho·(z − m) + √((z − m)² + sigma²)) − b·(√(m² + sigma²) − rho·m), so that it is 1 at z = 0.
 */
export interface SmileShape {
  /** Slope of the wings, ≥ 0. */
  readonly b: number;
  /** Tilt, −1 < rho < 1. */
  readonly rho: number;
  readonly m: number;
  /** Roundness, > 0. */
  readonly sigma: number;
}

/** What the template says about one tenor. Between tenors everything goes linearly in ln(days), beyond the ends flat. */
export interface TenorTemplate {
  readonly days: number;
  /** At-the-money vol of this tenor over that of 30 days, at the anchor. */
  readonly levelRatio: number;
  /** Rise of ln(at-the-money vol) per unit of fallen log spot since the anchor, ≥ 0. */
  readonly fallBeta: number;
  /** Smile at the anchor. */
  readonly calm: SmileShape;
  /** Smile once the spot has fallen by the return of full stress. */
  readonly stressed: SmileShape;
}

/** Where a tape's surface is anchored: the vol level and the spot its returns are counted from. */
export interface SurfaceAnchor {
  /** ISO 8601, UTC. */
  readonly anchorAt: string;
  readonly anchorSpot: number;
  /** 30-day at-the-money vol at the anchor, fraction per √year. */
  readonly atmLevel: number;
}

/** The shape of an option surface and how it moves with the spot, fitted to real chains; see resources/surfaces. */
export interface SurfaceTemplate {
  readonly underlying: string;
  /** Ascending in days. */
  readonly tenors: readonly TenorTemplate[];
  /** Share of fallBeta that lowers the vol when the spot has risen. */
  readonly riseShare: number;
  /** The deepest log spot return the fall was measured at, negative; beyond it vol rises along a straight line. */
  readonly measuredReturn: number;
  /** Log spot return since the anchor, negative, at which the smile is fully the stressed one. */
  readonly fullStressReturn: number;
  readonly anchors: Readonly<Record<string, SurfaceAnchor>>;
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Collects the first fault while reading, so that each field is one line. */
class Reader {
  first: Fault | null = null;

  fields(value: unknown, at: string): Fields {
    if (isFields(value)) return value;
    this.note(at, 'an object', value);
    return {};
  }

  number(from: Fields, name: string, at: string, low: number, high: number): number {
    const value = from[name];
    if (typeof value === 'number' && Number.isFinite(value) && value >= low && value <= high) return value;
    this.note(`${at}.${name}`, `a number from ${low} to ${high}`, value);
    return Number.NaN;
  }

  text(from: Fields, name: string, at: string): string {
    const value = from[name];
    if (typeof value === 'string' && value !== '') return value;
    this.note(`${at}.${name}`, 'a text', value);
    return '';
  }

  note(at: string, expected: string, was: unknown): void {
    const message = `surface template: ${at}: expected ${expected}, was ${JSON.stringify(was) ?? 'missing'}`;
    this.first ??= fault('surface-template', message, { field: at });
  }
}

function shape(reader: Reader, value: unknown, at: string): SmileShape {
  const from = reader.fields(value, at);
  return {
    b: reader.number(from, 'b', at, 0, 10),
    rho: reader.number(from, 'rho', at, -0.999, 0.999),
    m: reader.number(from, 'm', at, -10, 10),
    sigma: reader.number(from, 'sigma', at, 1e-3, 20),
  };
}

function tenor(reader: Reader, value: unknown, at: string): TenorTemplate {
  const from = reader.fields(value, at);
  return {
    days: reader.number(from, 'days', at, 1e-3, 3650),
    levelRatio: reader.number(from, 'levelRatio', at, 0.1, 10),
    fallBeta: reader.number(from, 'fallBeta', at, 0, 20),
    calm: shape(reader, from.calm, `${at}.calm`),
    stressed: shape(reader, from.stressed, `${at}.stressed`),
  };
}

function anchor(reader: Reader, value: unknown, at: string): SurfaceAnchor {
  const from = reader.fields(value, at);
  const anchorAt = reader.text(from, 'anchorAt', at);
  if (Number.isNaN(Date.parse(anchorAt))) reader.note(`${at}.anchorAt`, 'a time in ISO 8601', anchorAt);
  return {
    anchorAt,
    anchorSpot: reader.number(from, 'anchorSpot', at, 1e-9, 1e12),
    atmLevel: reader.number(from, 'atmLevel', at, 0.01, 10),
  };
}

/** A template read from JSON, or the first field that is not as it should be. Further fields (notes) are let pass. */
export function parseSurfaceTemplate(value: unknown): Result<SurfaceTemplate> {
  const reader = new Reader();
  const from = reader.fields(value, 'template');
  const listed = Array.isArray(from.tenors) ? from.tenors : [];
  if (listed.length === 0) reader.note('tenors', 'at least one tenor', from.tenors);
  const tenors = listed.map((one, index) => tenor(reader, one, `tenors[${index}]`));
  const unordered = tenors.findIndex((one, index) => index > 0 && one.days <= (tenors[index - 1]?.days ?? 0));
  if (unordered > 0)
    reader.note(`tenors[${unordered}].days`, 'more days than the tenor before', tenors[unordered]?.days);
  const anchors = Object.entries(reader.fields(from.anchors, 'anchors')).map(
    ([tape, one]) => [tape, anchor(reader, one, `anchors.${tape}`)] as const,
  );
  const template = {
    underlying: reader.text(from, 'underlying', 'template'),
    tenors,
    riseShare: reader.number(from, 'riseShare', 'template', 0, 1),
    measuredReturn: reader.number(from, 'measuredReturn', 'template', -2, -1e-3),
    fullStressReturn: reader.number(from, 'fullStressReturn', 'template', -2, -1e-3),
    anchors: Object.fromEntries(anchors),
  };
  return reader.first ? fail(reader.first) : ok(template);
}
