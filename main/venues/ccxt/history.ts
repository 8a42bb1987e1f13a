import { z } from 'zod';
import type { FillPage } from '#main/engine/ports.ts';
import type { FundingPayment } from '#shared/domain/events.ts';
import { isZero } from '#shared/units/decimal.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Calls } from './calls.ts';
import type { Dialect } from './dialect.ts';
import { advanced, type Mark, OVERLAP, type ReadFills, START } from './fills.ts';
import type { Listing } from './listing.ts';
import type { Owner } from './orders.ts';
import { readEach, wirePayment } from './wire.ts';

const mark = z.object({ at: z.number(), ids: z.array(z.string()) });
const cursorSchema = z.object({ fills: mark, funding: mark });
type Cursor = { readonly fills: Mark; readonly funding: Mark };

function cursorOf(text: string | null): Cursor {
  if (text === null) return { fills: START, funding: START };
  try {
    return cursorSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new FaultError(fault('cursor', 'the history cursor is not one of this venue’s'), { cause });
  }
}

export interface HistorySetup {
  readonly owner: Owner;
  readonly dialect: Dialect;
  readonly calls: Calls;
  readonly listing: Listing;
  readonly readFills: ReadFills;
  readonly onFlaw: (reason: Fault) => void;
}

/** Fills and funding after a cursor, oldest first; `next` is null when nothing new was there. */
export function createHistory({ owner, dialect, calls, listing, readFills, onFlaw }: HistorySetup) {
  const payments = async (from: Mark): Promise<{ readonly funding: FundingPayment[]; readonly mark: Mark }> => {
    const since: EpochMs | undefined = from.at > 0 ? Math.max(from.at - OVERLAP, 0) : undefined;
    const swaps = listing.all().filter((one) => one.instrument.kind === 'perpetual');
    const lists = await Promise.all(
      dialect
        .fundingScopes(swaps.map((one) => one.symbol))
        .map(({ symbol, ...terms }) => calls.call('fetchFundingHistory', symbol, since, undefined, terms)),
    );
    const onBad = (thrown: unknown) => onFlaw(toFault(thrown));
    const rows = lists.flatMap((answer) => readEach(wirePayment, answer, 'funding', onBad));
    const fresh = rows.filter((one) => !from.ids.includes(one.id));
    const funding = fresh.flatMap(({ id, symbol, code, amount, timestamp }): FundingPayment[] => {
      const instrument = listing.bySymbol(symbol)?.instrument.id;
      if (instrument === undefined || isZero(amount)) return [];
      return [{ account: owner.account, instrument, currency: code, amount, id, at: timestamp }];
    });
    const moved = fresh.map((one) => ({ id: one.id, at: one.timestamp }));
    return { funding: funding.sort((a, b) => a.at - b.at), mark: advanced(from, moved) };
  };
  return async (text: string | null): Promise<FillPage> => {
    const from = cursorOf(text);
    const [traded, paid] = await Promise.all([readFills(from.fills), payments(from.funding)]);
    const nothing = traded.fills.length === 0 && paid.funding.length === 0;
    const next = JSON.stringify({ fills: traded.mark, funding: paid.mark });
    return { fills: traded.fills, funding: paid.funding, next: nothing ? null : next };
  };
}
