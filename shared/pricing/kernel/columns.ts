import type { Fault } from '#shared/units/result.ts';
import { fault } from '#shared/units/result.ts';

/** Options as columns; row i of every column is one option. Columns may be longer than the count a function is given. */
export interface OptionColumns {
  /** Forward of the underlying for the option's expiry, quote currency per coin, 1e-50 to 1e50. */
  readonly forward: Float64Array;
  /** Same unit and range as the forward. */
  readonly strike: Float64Array;
  /** Year fraction to expiry, ACT/365, up to 10,000; zero or negative = expired. */
  readonly years: Float64Array;
  /** Fraction per √year: 0.65 = 65 %; 0 to 1,000. */
  readonly vol: Float64Array;
  /** Continuously compounded rate per year that discounts to today: discount factor e^(−rate·years). */
  readonly rate: Float64Array;
  /** +1 call, −1 put. */
  readonly right: Float64Array;
}

export type OptionField = keyof OptionColumns;

/**
 * Price and sensitivities as columns, for one unit of the underlying, in the quote currency of the forward.
 * Conventions of Black (1976) on the forward F, nothing rescaled:
 */
export interface GreekColumns {
  /** V = e^(−rT)·right·(F·N(right·d1) − K·N(right·d2)). */
  readonly price: Float64Array;
  /** ∂V/∂F. */
  readonly delta: Float64Array;
  /** ∂²V/∂F². */
  readonly gamma: Float64Array;
  /** ∂V/∂σ, per 1.00 of vol. */
  readonly vega: Float64Array;
  /** ∂V/∂t = −∂V/∂T, per year, with F, σ and r held. */
  readonly theta: Float64Array;
  /** ∂V/∂r = −T·V, per 1.00 of rate, with F held. */
  readonly rho: Float64Array;
  /** ∂²V/∂F∂σ, per 1.00 of vol. */
  readonly vanna: Float64Array;
  /** ∂²V/∂σ², per 1.00 of vol squared. */
  readonly volga: Float64Array;
  /** ∂delta/∂t, per year, with F, σ and r held. */
  readonly charm: Float64Array;
}

/** A row the kernel refuses, with the field that is out of its domain. No output of any row is to be used then. */
export interface InvalidOption extends Fault {
  readonly code: 'invalid';
  readonly row: number;
  readonly field: OptionField;
}

const EXPECTED: Readonly<Record<OptionField, string>> = {
  forward: 'a number from 1e-50 to 1e50',
  strike: 'a number from 1e-50 to 1e50',
  years: 'a finite number of years, at most 10000',
  vol: 'a vol from 0 to 1000',
  rate: 'a finite rate with |rate·years| below 700',
  right: '+1 (call) or −1 (put)',
};

export function invalidOption(row: number, field: OptionField, value: number): InvalidOption {
  const message = `option ${row}: ${field}: expected ${EXPECTED[field]}, was ${value}`;
  return { ...fault('invalid', message, { row, field, value: String(value) }), code: 'invalid', row, field };
}

export function allocateOptions(count: number): OptionColumns {
  const column = () => new Float64Array(count);
  return { forward: column(), strike: column(), years: column(), vol: column(), rate: column(), right: column() };
}

export function allocateGreeks(count: number): GreekColumns {
  const column = () => new Float64Array(count);
  return {
    price: column(),
    delta: column(),
    gamma: column(),
    vega: column(),
    theta: column(),
    rho: column(),
    vanna: column(),
    volga: column(),
    charm: column(),
  };
}
