import type { FillPage } from '#main/engine/ports.ts';
import { type Mark, marksOf, pagerOf, type Read, type Row, startOf } from '#main/venues/history-page.ts';
import { type Currency, nameOf } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { DAY, type EpochMs } from '#shared/units/time.ts';
import type { Call } from './channels.ts';
import { ledgerRow } from './ledger.ts';
import { fillOf, type Owner } from './orders.ts';
import { readAs } from './wire.ts';
import { type WireLogEntry, wireLog } from './wire-account.ts';
import { type WireTrade, wireTrades } from './wire-trading.ts';

const TRADES_AT_ONCE = 500;
const LOG_AT_ONCE = 250;
const PAGES_AT_MOST = 1_000;

export interface HistorySetup {
  readonly owner: Owner;
  readonly call: Call;
  readonly currencies: readonly Currency[];
  readonly venueTime: () => EpochMs;
  /** False for what is no instrument of Keel's, such as a combo. */
  readonly isHeld: (name: string) => boolean;
  /** Called with the instruments of a page before it is answered: what has expired may have to be listed first. */
  readonly introduce: (names: readonly string[]) => Promise<void>;
}

/** Reads fills from trades and deliveries, and funding from settlements, per currency, after a cursor. */
export function createHistory({ owner, call, currencies, venueTime, isHeld, introduce }: HistorySetup) {
  const span = (mark: Mark) => ({
    start_timestamp: startOf(mark),
    end_timestamp: Math.round(venueTime() + DAY),
  });
  const trades = async (currency: Currency, mark: Mark): Promise<Read<WireTrade>> => {
    const method = 'private/get_user_trades_by_currency_and_time';
    const rows = new Map<string, Row<WireTrade>>();
    let from = span(mark);
    for (let page = 0; page < PAGES_AT_MOST; page++) {
      const asked = { currency, ...from, count: TRADES_AT_ONCE, sorting: 'asc' };
      const answer = readAs(wireTrades, await call(method, asked), method);
      for (const one of answer.trades) rows.set(one.trade_id, { key: one.trade_id, at: one.timestamp, value: one });
      const last = answer.trades.at(-1)?.timestamp ?? from.start_timestamp;
      const news = [...rows.keys()].some((key) => !mark.ids.includes(key));
      if (!answer.has_more || (news && last > from.start_timestamp)) {
        return { rows: [...rows.values()], whole: !answer.has_more };
      }
      from = { ...from, start_timestamp: Math.max(last, from.start_timestamp + 1) };
    }
    throw new FaultError(fault('circular-history', `deribit's trades in ${currency} do not come to an end`));
  };
  const ledger = async (currency: Currency, query: string, mark: Mark): Promise<Read<WireLogEntry>> => {
    const method = 'private/get_transaction_log';
    const rows: Row<WireLogEntry>[] = [];
    let more = {};
    for (let page = 0; page < PAGES_AT_MOST; page++) {
      const asked = { currency, query, ...span(mark), count: LOG_AT_ONCE, ...more };
      const { logs, continuation } = readAs(wireLog, await call(method, asked), method);
      rows.push(...logs.map((one) => ({ key: String(one.id), at: one.timestamp, value: one })));
      if (continuation === null || continuation === undefined || logs.length === 0) {
        return { rows: rows.sort((a, b) => a.at - b.at || a.value.id - b.value.id), whole: true };
      }
      more = { continuation };
    }
    throw new FaultError(fault('circular-history', `deribit's transaction log in ${currency} does not come to an end`));
  };

  /** One page after `cursor`, oldest first over all currencies; `next` is null when nothing new was there. */
  return async (cursor: string | null): Promise<FillPage> => {
    const markOf = marksOf('deribit', cursor);
    const traded = new Map<string, Read<WireTrade>>();
    const logged = new Map<string, Read<WireLogEntry>>();
    for (const currency of currencies) {
      traded.set(`trades ${currency}`, await trades(currency, markOf(`trades ${currency}`)));
      for (const query of ['settlement', 'delivery']) {
        const stream = `${query} ${currency}`;
        logged.set(stream, await ledger(currency, query, markOf(stream)));
      }
    }
    const { fresh, next } = pagerOf(markOf, [...traded.values(), ...logged.values()]);
    const newTrades = new Map(fresh(traded).map((one) => [one.trade_id, one]));
    const rows = fresh(logged).map((one) => ledgerRow(owner, one));
    const fills = [
      ...[...newTrades.values()].filter((one) => isHeld(one.instrument_name)).map((one) => fillOf(owner, one)),
      ...rows.flatMap((row) => row.fill ?? []),
    ].sort((a, b) => a.at - b.at);
    const funding = rows.flatMap((row) => row.payment ?? []).sort((a, b) => a.at - b.at);
    await introduce(fills.map((one) => nameOf(one.instrument)));
    const nothing = newTrades.size === 0 && rows.length === 0;
    return { fills, funding, next: nothing ? null : next() };
  };
}
