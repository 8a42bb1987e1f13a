import { z } from 'zod';
import { type Instrument, isContract } from '#shared/domain/instrument.ts';
import { readJson } from '#shared/units/reading.ts';
import { FaultError, fault } from '#shared/units/result.ts';

const positive = z.number().positive();

const bookSchema = z.object({
  halfSpreadBp: positive,
  calmVol: positive,
  spreadVolBeta: z.number(),
  depth: z.object({ a: positive, b: positive }),
  depthVolBeta: z.number(),
  referencePrice: positive,
  levels: z.int().min(1).max(200),
  levelSpacingBp: positive,
  levelSizeDispersion: z.number().min(0).max(5),
});

const optionSchema = bookSchema
  .extend({
    tenorDays: z.array(positive).min(1),
    absoluteDeltas: z.array(positive).min(1),
    halfSpreadVolPoints: z.array(z.array(positive)),
  })
  .refine(({ tenorDays, halfSpreadVolPoints }) => halfSpreadVolPoints.length === tenorDays.length, {
    path: ['halfSpreadVolPoints'],
    message: 'one row per tenor',
  })
  .refine((book) => book.halfSpreadVolPoints.every((row) => row.length === book.absoluteDeltas.length), {
    path: ['halfSpreadVolPoints'],
    message: 'one column per delta',
  });

const calibrationSchema = z.object({
  profiles: z.object({
    'inverse-perpetual': bookSchema,
    'linear-perpetual': bookSchema,
    future: bookSchema,
    spot: bookSchema,
    option: optionSchema,
  }),
  perpetualPremium: z.object({
    base: z.number(),
    slopeOnFall: z.number(),
    fallHours: positive,
    wander: z.number().min(0),
  }),
  futureBasis: z
    .object({
      tenorDays: z.array(positive).min(1),
      annual: z.array(z.number()),
      slopeOnReturn: z.array(z.number()),
      returnHours: positive,
    })
    .refine((basis) => basis.annual.length === basis.tenorDays.length, { path: ['annual'], message: 'one per tenor' })
    .refine((basis) => basis.slopeOnReturn.length === basis.tenorDays.length, {
      path: ['slopeOnReturn'],
      message: 'one per tenor',
    }),
});

/**
 * A book's shape. At realised vol v the half spread is halfSpreadBp·(v/calmVol)^spreadVolBeta, and within x basis points
 * of the middle stand a·x^b USD at the reference price, times (v/calmVol)^depthVolBeta.
 */
export type BookProfile = z.infer<typeof bookSchema>;
/** Options: the half spread is in vol points by tenor and delta, their depth and spacing in basis points of a coin. */
export type OptionBookProfile = z.infer<typeof optionSchema>;
export type Calibration = z.infer<typeof calibrationSchema>;

/** `books/calibration.json`: how real books look; further fields (notes) are let pass. */
export function parseCalibration(text: string, file: string): Calibration {
  return readJson(calibrationSchema, text, file);
}

export function profileOf(calibration: Calibration, instrument: Instrument): BookProfile {
  const { profiles } = calibration;
  if (!isContract(instrument)) throw new FaultError(fault('no-book', `${instrument.id} has no order book`));
  if (instrument.kind !== 'perpetual') return profiles[instrument.kind];
  return profiles[instrument.payoff === 'inverse' ? 'inverse-perpetual' : 'linear-perpetual'];
}

/** The two nodes around `x` and the share of the upper one; flat beyond the ends. */
export function between(nodes: readonly number[], x: number): { lower: number; upper: number; share: number } {
  const after = nodes.findIndex((node) => node >= x);
  const last = nodes.length - 1;
  if (after === 0) return { lower: 0, upper: 0, share: 0 };
  if (after < 0) return { lower: last, upper: last, share: 0 };
  const [low = x, high = x] = [nodes[after - 1], nodes[after]];
  return { lower: after - 1, upper: after, share: (x - low) / (high - low) };
}

/** Value of `values` at `x` by linear interpolation over `nodes`. */
export function interpolate(nodes: readonly number[], values: readonly number[], x: number): number {
  const { lower, upper, share } = between(nodes, x);
  return (values[lower] ?? 0) * (1 - share) + (values[upper] ?? 0) * share;
}
