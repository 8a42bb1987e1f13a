import { coinOf, type FormRates } from '#shared/domain/assets.ts';
import { type Contract, isDeltaOne } from '#shared/domain/instrument.ts';
import { listingsFrom, marketFile } from '#shared/ipc/files.ts';
import { booksFrom } from '#shared/ipc/route-question.ts';
import { type BookSource, type CrossLevel, crossVenueBook, venueShares } from '#shared/market/cross-venue-book.ts';
import { venueOf } from '#shared/units/ids.ts';
import { unwrap } from '#shared/units/result.ts';
import { type Command, DONE, options, readInput, required, toJson, usageFault, within } from './command.ts';

const BP = 1e-4;
const WITHIN_BP = '50';
const WIDEST_BP = 10_000;

/** "USDT=0.9995,stETH=0.9991" as rates. */
function ratesOf(text: string): FormRates {
  const pairs = text === '' ? [] : text.split(',');
  return new Map(
    pairs.map((pair): [string, number] => {
      const [asset = '', rate = ''] = pair.split('=');
      const value = Number(rate);
      if (asset !== '' && rate !== '' && value > 0 && Number.isFinite(value)) return [asset, value];
      throw usageFault(`--rates: expected ASSET=RATE above 0, such as USDT=0.9995, was "${pair}"`);
    }),
  );
}

/** The levels of a side that are no further than `share` from its best. */
function near(side: readonly CrossLevel[], share: number): { readonly levels: readonly CrossLevel[]; worst: number } {
  const best = side[0]?.price ?? 0;
  const last = side.filter((one) => Math.abs(one.price - best) <= share * best);
  return { levels: last, worst: last.at(-1)?.price ?? best };
}

export const depth: Command = {
  usage: 'keel depth --market MARKET.json --underlying BTC [--within BP] [--rates USDT=0.9995]',
  about: 'the books of a coin at all venues as one, in coins and dollars, with what each venue has of it, as JSON',
  async run(args, output) {
    const { values } = options(args, {
      market: { type: 'string' },
      underlying: { type: 'string' },
      within: { type: 'string', default: WITHIN_BP },
      rates: { type: 'string', default: '' },
    });
    const file = readInput(marketFile, required(values.market, '--market MARKET.json'));
    const underlying = required(values.underlying, '--underlying BTC');
    const share = within(values.within, '--within', 0, WIDEST_BP, false) * BP;
    const books = booksFrom(file);
    const traded = listingsFrom(file).filter((one): one is Exclude<Contract, { kind: 'option' }> => isDeltaOne(one));
    const sources = traded.flatMap((instrument): BookSource[] => {
      const book = books.get(instrument.id);
      return book && coinOf(instrument.underlying) === underlying ? [{ instrument, book }] : [];
    });
    if (sources.length === 0) throw usageFault(`--market: expected a book of ${underlying}, the file has none`);
    const whole = unwrap(crossVenueBook(underlying, sources, ratesOf(values.rates)));
    const side = (levels: readonly CrossLevel[]) => {
      const { levels: kept, worst } = near(levels, share);
      return { levels: kept, venues: venueShares(levels, worst, venueOf) };
    };
    output.result(toJson({ underlying, at: whole.at, bids: side(whole.bids), asks: side(whole.asks) }));
    return DONE;
  },
};
