import { holdingsOf, perpetualOf, quoteOf } from '#main/venues/dydx/reading.ts';
import { readAs, wireBook, wireMarkets, wireSubaccount, wireTime } from '#main/venues/dydx/wire.ts';
import { ADDRESS, ANSWERS } from '#test/fixtures/dydx/quoted.ts';
import type { Parser } from '#test/support/parsers/parser.ts';

const ACCOUNT = { id: 'main', venue: 'dydx', name: 'Main', rules: 'unmargined' } as const;
const { markets } = readAs(wireMarkets, ANSWERS.perpetualMarkets, 'perpetualMarkets');

/** What a parser makes of a payload, all the way into Keel's words. */
export const DYDX: Readonly<Record<string, Parser>> = {
  time: [ANSWERS.time, (payload) => readAs(wireTime, payload, 'time')],
  markets: [
    ANSWERS.perpetualMarkets,
    (payload) =>
      Object.values(readAs(wireMarkets, payload, 'perpetualMarkets').markets).map((wire) =>
        quoteOf(wire, perpetualOf({ venue: 'dydx' }, wire), null, 1, 1),
      ),
  ],
  book: [ANSWERS['orderbooks/perpetualMarket/BTC-USD'], (payload) => readAs(wireBook, payload, 'orderbook')],
  subaccount: [
    ANSWERS[`addresses/${ADDRESS}/subaccountNumber/0`],
    (payload) =>
      holdingsOf(ACCOUNT, readAs(wireSubaccount, payload, 'subaccount').subaccount, new Map(Object.entries(markets))),
  ],
};
