import { z } from 'zod';
import { frameReader } from '#main/venues/json-rpc/frame.ts';
import { badPayload as badPayloadOf, readPayload } from '#main/venues/payload.ts';
import { type Decimal, decimal, roundToStep } from '#shared/units/decimal.ts';
import type { FaultError } from '#shared/units/result.ts';

const VENUE = 'deribit';
/** Sums of the venue's own carry float64 dust: nothing it books is finer than this. */
const WIRE_STEP: Decimal = decimal('0.000000000001');
const LARGEST = 1e15;

export const name = z.string().regex(/^[\w.,-]{1,80}$/, 'expected a name of letters, digits and -_.,');
export const number = z.number().min(-LARGEST).max(LARGEST);
export const time = z.int().min(0).max(LARGEST);
/** A number that is booked, as the decimal it stands for. */
export const booked = number.transform((value) => roundToStep(decimal(value), WIRE_STEP, 'nearest'));
/** An id the venue gave: opaque, printed nowhere but in faults. */
export const id = z.string().min(1).max(128);
/** A secret of the session. */
export const token = z.string().min(1).max(4096);
export const direction = z.enum(['buy', 'sell']);

/** A payload of Deribit's that is not what it should be. */
export function badPayload(what: string, field: string, expected: string, was: string): FaultError {
  return badPayloadOf(VENUE, what, field, expected, was);
}

/** The payload as `schema` describes it; throws {@link badPayload} for the first field that differs. */
export function readAs<T>(schema: z.ZodType<T>, payload: unknown, what: string): T {
  return readPayload(VENUE, schema, payload, what);
}

/** One frame of the connection. Throws {@link badPayload} for anything that is no JSON-RPC message of Deribit's. */
export const readFrame = frameReader(VENUE);
