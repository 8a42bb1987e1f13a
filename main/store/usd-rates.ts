import type { UsdRate } from '#shared/domain/history/history.ts';
import type { Quote } from '#shared/market/quote.ts';
import { decimal } from '#shared/units/decimal.ts';
import type { Currency, InstrumentId, UnderlyingId } from '#shared/units/ids.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import { MINUTE } from '#shared/units/time.ts';
import type { ReadHandle } from './handles.ts';
import { readTape } from './tape.ts';

/** An index older than this is no rate. */
const OLDEST: DurationMs = 5 * MINUTE;

/**
 * The USD index of a coin as the tape has it: of the last quote received before the time asked for. Null where the tape
 * has none within five minutes.
 */
export function usdRates(
  read: ReadHandle,
  underlyingOf: (instrument: InstrumentId) => UnderlyingId | undefined,
): UsdRate {
  let last: EpochMs | null = null;
  let quotes: readonly Quote[] = [];

  /** Payments come many at a time: the stretch of tape behind one serves the others. */
  function before(at: EpochMs): readonly Quote[] {
    if (at !== last) quotes = [...readTape(read, at - OLDEST, at)];
    last = at;
    return quotes;
  }

  return (currency: Currency, at: EpochMs) => {
    const known = before(at).findLast((one) => underlyingOf(one.instrument) === currency);
    return known === undefined ? null : decimal(known.index);
  };
}
