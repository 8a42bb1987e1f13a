import { z } from 'zod';
import type { FillPage } from '#main/engine/ports.ts';
import type { FundingPayment } from '#shared/domain/events.ts';
import { isZero } from '#shared/units/decimal.ts';
import { instrumentId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { DAY, type EpochMs, SECOND } from '#shared/units/time.ts';
import { fillOf, isVoid, type Owner, settlementOf } from './orders.ts';
import type { Call } from './session.ts';
import { readAs, wireFundings, wireSettlements, wireTrades } from './wire.ts';

/** Records may show up this late: what lies so far behind the cursor is read again and what was told is left out. */
const OVERLAP = 10 * SECOND;
const AT_ONCE = 500;

/** How far a stream was read: up to `at`, and the ids that stand in the overlap before it. */
interface Mark {
  readonly at: EpochMs;
  readonly ids: readonly string[];
}

const mark = z.object({ at: z.number(), ids: z.array(z.string()) });
const cursorSchema = z.object({ trades: mark, settled: mark, funding: mark });
type Cursor = z.infer<typeof cursorSchema>;
const START = { at: 0, ids: [] };

interface Row<T> {
  readonly key: string;
  readonly at: EpochMs;
  readonly value: T;
}

interface PageOf<T> {
  readonly rows: readonly T[];
  readonly pages: number;
}

export interface HistorySetup {
  readonly owner: Owner;
  readonly subaccount: number;
  readonly call: Call;
  readonly venueTime: () => EpochMs;
}

function cursorOf(text: string | null): Cursor {
  if (text === null) return { trades: START, settled: START, funding: START };
  try {
    return cursorSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new FaultError(fault('cursor', 'the history cursor is not one of derive’s'), { cause });
  }
}

function advanced(from: Mark, rows: readonly Row<unknown>[]): Cursor['trades'] {
  const at = Math.max(from.at, ...rows.map((row) => row.at));
  const near = rows.filter((row) => row.at >= at - OVERLAP).map((row) => row.key);
  return { at, ids: [...new Set([...(from.at >= at - OVERLAP ? from.ids : []), ...near])] };
}

/** Every page of a list whose pages are numbered from 1. */
async function whole<T>(page: (number: number) => Promise<PageOf<T>>): Promise<readonly T[]> {
  const rows: T[] = [];
  for (let number = 1; ; number++) {
    const answer = await page(number);
    rows.push(...answer.rows);
    if (number >= answer.pages) return rows;
  }
}

/** Fills and funding after a cursor, oldest first; `next` is null when nothing new was there. */
export function createHistory({ owner, subaccount, call, venueTime }: HistorySetup) {
  const span = (from: Mark) => [Math.max(from.at - OVERLAP, 0), Math.round(venueTime() + DAY)] as const;
  const fresh = <T>(from: Mark, rows: readonly Row<T>[]): readonly Row<T>[] => {
    const told = new Set(from.ids);
    const own = new Map(rows.filter((row) => !told.has(row.key)).map((row) => [row.key, row]));
    return [...own.values()].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
  };
  const trades = async (from: Mark) => {
    const method = 'private/get_trade_history';
    const [from_timestamp, to_timestamp] = span(from);
    const asked = { subaccount_id: subaccount, from_timestamp, to_timestamp, page_size: AT_ONCE };
    const fills = await whole(async (page) => {
      const answer = readAs(wireTrades, await call(method, { ...asked, page }), method);
      const told = answer.trades.filter((one) => !isVoid(one));
      return { rows: told.map((one) => fillOf(owner, one)), pages: answer.pagination.num_pages };
    });
    return fresh(
      from,
      fills.map((fill) => ({ key: fill.trade, at: fill.at, value: fill })),
    );
  };
  /** One list without pages; what is settled twice over in it goes by its instrument. */
  const settled = async (from: Mark) => {
    const method = 'private/get_option_settlement_history';
    const { settlements } = readAs(wireSettlements, await call(method, { subaccount_id: subaccount }), method);
    const fills = settlements.filter((one) => !isZero(one.amount)).map((one) => settlementOf(owner, one));
    const due = fills.filter((fill) => fill.at >= from.at - OVERLAP);
    return fresh(
      from,
      due.map((fill) => ({ key: fill.trade, at: fill.at, value: fill })),
    );
  };
  const funding = async (from: Mark) => {
    const method = 'private/get_funding_history';
    const [start_timestamp, end_timestamp] = span(from);
    const asked = { subaccount_id: subaccount, start_timestamp, end_timestamp, page_size: AT_ONCE };
    const payments = await whole(async (page) => {
      const answer = readAs(wireFundings, await call(method, { ...asked, page }), method);
      const paid = answer.events.filter((one) => !isZero(one.funding));
      const rows = paid.map((one): FundingPayment => {
        const instrument = instrumentId(owner.venue, one.instrument_name);
        const id = `${one.instrument_name} ${one.timestamp}`;
        return { account: owner.account, instrument, currency: 'USDC', amount: one.funding, id, at: one.timestamp };
      });
      return { rows, pages: answer.pagination.num_pages };
    });
    return fresh(
      from,
      payments.map((one) => ({ key: one.id, at: one.at, value: one })),
    );
  };
  return async (text: string | null): Promise<FillPage> => {
    const from = cursorOf(text);
    const traded = await trades(from.trades);
    const ended = await settled(from.settled);
    const paid = await funding(from.funding);
    const next: Cursor = {
      trades: advanced(from.trades, traded),
      settled: advanced(from.settled, ended),
      funding: advanced(from.funding, paid),
    };
    const fills = [...traded, ...ended].sort((a, b) => a.at - b.at).map((row) => row.value);
    const nothing = fills.length === 0 && paid.length === 0;
    return { fills, funding: paid.map((row) => row.value), next: nothing ? null : JSON.stringify(next) };
  };
}
