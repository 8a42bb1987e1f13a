import { z } from 'zod';
import { frameReader } from '#main/venues/json-rpc/frame.ts';
import { payloadsOf } from '#main/venues/payload.ts';

export { booked, number, time } from '#main/venues/payload.ts';
export const { badPayload, readAs } = payloadsOf('deribit');
/** One frame of the connection. Throws {@link badPayload} for anything that is no JSON-RPC message of Deribit's. */
export const readFrame = frameReader('deribit');

export const name = z.string().regex(/^[\w.,-]{1,80}$/, 'expected a name of letters, digits and -_.,');
/** An id the venue gave: opaque, printed nowhere but in faults. */
export const id = z.string().min(1).max(128);
/** A secret of the session. */
export const token = z.string().min(1).max(4096);
export const direction = z.enum(['buy', 'sell']);
