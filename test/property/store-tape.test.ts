import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeQuotes, encodeQuotes } from '#main/store/tape-codec.ts';
import type { Quote } from '#shared/market/quote.ts';

const number = fc.double();
const nullable = fc.option(number);

const quote: fc.Arbitrary<Quote> = fc.record(
  {
    instrument: fc.oneof(fc.constantFrom('a:BTC-PERPETUAL', 'a:BTC-27MAR20-6000-P'), fc.string({ unit: 'grapheme' })),
    bid: nullable,
    bidSize: number,
    ask: nullable,
    askSize: number,
    mark: number,
    markVol: nullable,
    forward: number,
    index: number,
    funding8h: nullable,
    tsEvent: number,
    tsReceived: number,
  },
  { noNullPrototype: true },
);

describe('the tape codec', () => {
  // A replay is only a replay when it consumes the very numbers the session consumed: −0, infinities and NaN included.
  it('gives back exactly what it was given', () => {
    fc.assert(
      fc.property(fc.array(quote, { minLength: 1, maxLength: 80 }), (quotes) => {
        expect(decodeQuotes(encodeQuotes(quotes))).toStrictEqual(quotes);
      }),
      { numRuns: 200 },
    );
  });

  it('decodes noise to a fault, never to quotes that were not written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        expect(() => decodeQuotes(Buffer.from(noise))).toThrow('tape is damaged');
      }),
      { numRuns: 500 },
    );
  });
});
