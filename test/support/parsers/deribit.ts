import { instrumentOf } from '#main/venues/deribit/instruments.ts';
import { ledgerRow } from '#main/venues/deribit/ledger.ts';
import { fillOf, venueOrderOf } from '#main/venues/deribit/orders.ts';
import { tickerOf } from '#main/venues/deribit/tickers.ts';
import { readAs } from '#main/venues/deribit/wire.ts';
import {
  wireLog,
  wirePositions,
  wireSimulation,
  wireSummaries,
  wireTransfers,
} from '#main/venues/deribit/wire-account.ts';
import { wireBook, wireInstrument, wireTicker } from '#main/venues/deribit/wire-market.ts';
import { wireChanges, wirePlaced } from '#main/venues/deribit/wire-trading.ts';
import * as documented from '#test/fixtures/deribit/documented.ts';
import type { Parser } from '#test/support/parsers/parser.ts';

const OWNER = { venue: 'deribit', account: 'main' };

/** What a parser makes of a payload, all the way into Keel's words. */
export const DERIBIT: Readonly<Record<string, Parser>> = {
  option: [
    documented.OPTION_LISTING,
    (payload) => instrumentOf('deribit', readAs(wireInstrument, payload, 'instrument')),
  ],
  perpetual: [
    documented.PERPETUAL_LISTING,
    (payload) => instrumentOf('deribit', readAs(wireInstrument, payload, 'instrument')),
  ],
  ticker: [documented.OPTION_TICKER, (payload) => tickerOf('deribit', readAs(wireTicker, payload, 'ticker'), 0)],
  placed: [documented.PLACED, (payload) => venueOrderOf(OWNER, readAs(wirePlaced, payload, 'placed').order)],
  changes: [
    documented.CHANGES,
    (payload) => {
      const { trades, orders } = readAs(wireChanges, payload, 'changes');
      return [trades.map((one) => fillOf(OWNER, one)), orders.map((one) => venueOrderOf(OWNER, one))];
    },
  ],
  log: [documented.LOG, (payload) => readAs(wireLog, payload, 'log').logs.map((one) => ledgerRow(OWNER, one))],
  positions: [documented.CHANGES.positions, (payload) => readAs(wirePositions, payload, 'positions')],
  summaries: [
    { summaries: [{ ...documented.SIMULATION, maintenance_margin: 1, available_funds: 1 }] },
    (payload) => readAs(wireSummaries, payload, 'summaries'),
  ],
  simulation: [documented.SIMULATION, (payload) => readAs(wireSimulation, payload, 'simulation')],
  transfers: [documented.TRANSFERS, (payload) => readAs(wireTransfers, payload, 'transfers')],
  book: [JSON.parse(documented.BOOK_CHANGE).params.data, (payload) => readAs(wireBook, payload, 'book')],
};
