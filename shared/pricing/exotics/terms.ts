import type { OptionRight } from '#shared/domain/instrument.ts';
import type { Fault, Result } from '#shared/units/result.ts';
import { fail, fault, ok } from '#shared/units/result.ts';

const BARRIER_KINDS = ['barrier-down-in', 'barrier-down-out', 'barrier-up-in', 'barrier-up-out'] as const;
const DIGITAL_KINDS = ['digital-cash', 'digital-asset'] as const;
const ASIAN_KINDS = ['asian-geometric', 'asian-arithmetic'] as const;
export const EXOTIC_KINDS = [...BARRIER_KINDS, ...DIGITAL_KINDS, ...ASIAN_KINDS] as const;
export type BarrierKind = (typeof BARRIER_KINDS)[number];
export type ExoticKind = (typeof EXOTIC_KINDS)[number];

/** What every option on one underlying says, in spot-carry form: forward = spot·e^(carry·years). */
export interface SpotTerms {
  readonly right: OptionRight;
  /** Quote currency per unit of the underlying, 1e-25 to 1e25. */
  readonly spot: number;
  /** Same unit and range as the spot. */
  readonly strike: number;
  /** Year fraction to expiry, ACT/365, up to 10,000; zero or negative = expired. */
  readonly years: number;
  /** Continuously compounded, per year: discount factor e^(−rate·years). */
  readonly rate: number;
  /** Cost of carry per year: the rate for an asset without yield, 0 for a future, rate − yield in general. */
  readonly carry: number;
  /** Fraction per √year, 0 to 1,000. */
  readonly vol: number;
}

export interface BarrierTerms extends SpotTerms {
  readonly kind: BarrierKind;
  /** Same unit and range as the spot; watched continuously. */
  readonly barrier: number;
  /** Quote currency, ≥ 0: paid at the hit for a knock-out, at expiry for a knock-in that was never hit. */
  readonly rebate: number;
}

export interface PlainExoticTerms extends SpotTerms {
  readonly kind: Exclude<ExoticKind, BarrierKind>;
}

export function isBarrierKind(kind: ExoticKind): kind is BarrierKind {
  return BARRIER_KINDS.some((one) => one === kind);
}

export type ExoticTerms = BarrierTerms | PlainExoticTerms;

/** Per one option on one unit of the underlying, quote currency; positive for the holder. */
export interface ExoticValue {
  /** Discounted to today. */
  readonly price: number;
  /** ∂V/∂S with carry, rate and vol held. */
  readonly delta: number;
  /** ∂²V/∂S². */
  readonly gamma: number;
  /** ∂V/∂σ, per 1.00 of vol. */
  readonly vega: number;
}

/** A field that is out of its domain. */
export interface InvalidExotic extends Fault {
  readonly code: 'invalid';
  readonly field: keyof BarrierTerms;
  readonly expected: string;
  readonly was: number;
}

const LOWEST = 1e-25;
const HIGHEST = 1e25;
/** Of the forward, as the Black-76 kernel has it. */
const LOWEST_FORWARD = 1e-50;
const HIGHEST_FORWARD = 1e50;
const LONGEST = 1e4;
const MOST_VOL = 1e3;
const MOST_GROWTH = 700;

function invalid(field: keyof BarrierTerms, expected: string, was: number): Result<never, InvalidExotic> {
  const message = `exotic: ${field}: expected ${expected}, was ${was}`;
  return fail({ ...fault('invalid', message, { field, was: String(was) }), code: 'invalid', field, expected, was });
}

const isPrice = (value: number) => value >= LOWEST && value <= HIGHEST;

/** The first field out of its domain, or the terms themselves. */
export function checkSpotTerms(terms: SpotTerms): Result<null, InvalidExotic> {
  const { spot, strike, years, vol, rate, carry } = terms;
  const lasting = Math.max(years, 0);
  if (!isPrice(spot)) return invalid('spot', 'a number from 1e-25 to 1e25', spot);
  if (!isPrice(strike)) return invalid('strike', 'a number from 1e-25 to 1e25', strike);
  if (!(years > -Infinity && years <= LONGEST))
    return invalid('years', 'a finite number of years, at most 10000', years);
  if (!(vol >= 0 && vol <= MOST_VOL)) return invalid('vol', 'a vol from 0 to 1000', vol);
  const grows = (value: number) => Math.abs(value * lasting) < MOST_GROWTH;
  if (!grows(rate)) return invalid('rate', 'a finite rate with |rate·years| below 700', rate);
  if (!grows(carry)) return invalid('carry', 'a finite carry with |carry·years| below 700', carry);
  const forward = spot * Math.exp(carry * lasting);
  if (forward >= LOWEST_FORWARD && forward <= HIGHEST_FORWARD) return ok(null);
  return invalid('carry', 'a carry with a forward from 1e-50 to 1e50', carry);
}

export function checkBarrierTerms(terms: BarrierTerms): Result<null, InvalidExotic> {
  const { barrier, rebate } = terms;
  if (!isPrice(barrier)) return invalid('barrier', 'a number from 1e-25 to 1e25', barrier);
  if (!(rebate >= 0 && rebate <= HIGHEST)) return invalid('rebate', 'a number from 0 to 1e25', rebate);
  return checkSpotTerms(terms);
}

/** The arithmetic average's moments overflow beyond this total variance. */
const MOST_VARIANCE = 300;

export function checkAsianTerms(terms: SpotTerms): Result<null, InvalidExotic> {
  const checked = checkSpotTerms(terms);
  if (!checked.ok) return checked;
  if (terms.vol * terms.vol * terms.years <= MOST_VARIANCE) return checked;
  return invalid('vol', `a vol with vol²·years up to ${MOST_VARIANCE}`, terms.vol);
}
