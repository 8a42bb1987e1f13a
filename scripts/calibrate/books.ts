/**
 * Calibrates the paper venue's order books, premium, funding and basis: `node scripts/calibrate/books.ts --data PATH`.
 *
 * Writes resources/books/calibration.json (what the venue reads) and resources/books/measurements.json (what it rests
 * on), and copies the licence of the recordings beside them.
 */
import { measureBook, type Recording, sampledBooks } from './book-replay.ts';
import { btcSnapshots } from './chains.ts';
import { basisByTenor, basisResponse, fundingInFalls, perpetualPremium } from './funding-basis.ts';
import { materialFolder, materialText, writeResource } from './material.ts';
import { minuteQuoteScaling } from './minute-quotes.ts';
import { spreadTable, spreadVolElasticity, thirtyDayVol } from './option-spreads.ts';
import { mean, median } from './statistics.ts';
import { hourlyCloses } from './surface-levels.ts';

const coins = (price: number, size: number): number => price * size;
const dollars = (_price: number, size: number): number => size;
const RECORDINGS: (Recording & { readonly at: string })[] = [
  {
    venue: 'BitMEX',
    contract: 'XBTUSD inverse perpetual',
    file: 'bitmex_XBTUSD_2021-07-22.csv',
    usd: dollars,
    at: '2021-07-22T23:00Z',
  },
  {
    venue: 'Bybit',
    contract: 'BTCUSD inverse perpetual',
    file: 'bybit_BTCUSD_2021-04-17.csv',
    usd: dollars,
    at: '2021-04-17T17:00Z',
  },
  {
    venue: 'Kraken Futures',
    contract: 'PI_ETHUSD inverse perpetual',
    file: 'kraken_futures_PI_ETHUSD_2021-07-22.csv',
    usd: dollars,
    at: '2021-07-22T23:00Z',
  },
  {
    venue: 'dYdX v3',
    contract: 'ETH-USD linear perpetual',
    file: 'dydx_v3_ETH-USD_2021-10-28.csv',
    usd: coins,
    at: '2021-10-28T18:00Z',
  },
  { venue: 'OKX', contract: 'BTC-USDT spot', file: 'okx_BTC-USDT_2022-05-13.csv', usd: coins, at: '2022-05-13T16:00Z' },
];
const FALL = { from: Date.parse('2026-02-03T00:00Z'), to: Date.parse('2026-02-09T00:00Z') };
const CRASH = { from: Date.parse('2026-02-05T12:00Z'), to: Date.parse('2026-02-06T12:00Z') };
/** A dated future has no recording: its book is taken as the inverse perpetual's, this much wider and thinner. */
const FUTURE = { wider: 4, thinner: 5 };
/** Option quotes of the material have no sizes: depth is taken as this share of the inverse perpetual's. */
const OPTION_DEPTH = { share: 0.05, b: 1 };
const SHOWN_LEVELS = 25;

const significant = (value: number): number => Number(value.toPrecision(4));
const geometric = (values: readonly number[]): number => Math.exp(mean(values.map(Math.log)));

const folder = materialFolder();
const closes = hourlyCloses(folder);
const books = RECORDINGS.map((recording) => {
  const btcPrice = closes.get(Date.parse(recording.at)) ?? Number.NaN;
  return { ...measureBook(recording, sampledBooks(folder, recording)), btcPrice };
});
type Measured = (typeof books)[number];
const of = (venue: string): Measured => {
  const found = books.find((book) => book.venue === venue);
  if (!found) throw new Error(`no recording of ${venue}`);
  return found;
};
const minutes = minuteQuoteScaling(folder);
const snapshots = btcSnapshots(folder);
const ordinary = snapshots.filter(({ at }) => at < FALL.from || at > FALL.to);
const crash = snapshots.filter(({ at }) => at >= CRASH.from && at <= CRASH.to);
const options = spreadTable(ordinary);
const elasticity = spreadVolElasticity(snapshots);
const funding = fundingInFalls(folder);
const basis = basisByTenor(folder);
const basisMoves = basisResponse(folder);
const premium = perpetualPremium(folder);

/** One law for both sides of several books: geometric mean of a, mean of b. */
function lawOf(chosen: readonly Measured[]) {
  const laws = chosen.flatMap(({ depthLaw }) => [depthLaw.bid, depthLaw.ask]);
  return { a: significant(geometric(laws.map(({ a }) => a))), b: significant(mean(laws.map(({ b }) => b))) };
}

function futuresProfile(chosen: readonly Measured[], halfSpreadBp: number) {
  return {
    halfSpreadBp: significant(halfSpreadBp),
    calmVol: significant(median(minutes.map(({ vol }) => vol.median))),
    spreadVolBeta: significant(elasticity.median),
    depth: lawOf(chosen),
    depthVolBeta: significant(minutes[0]?.touchVolBeta ?? 0),
    referencePrice: Math.round(geometric(chosen.map(({ btcPrice }) => btcPrice))),
    levels: SHOWN_LEVELS,
    levelSpacingBp: significant(geometric(chosen.map(({ levelSpacingBp }) => levelSpacingBp.mean))),
    levelSizeDispersion: significant(mean(chosen.map(({ levelSizeDispersion }) => levelSizeDispersion))),
  };
}

const halfOf = (contract: string): number =>
  (minutes.find((one) => one.contract.startsWith(contract))?.spreadBp.mean ?? Number.NaN) / 2;
const inverse = futuresProfile([of('BitMEX')], of('BitMEX').spreadBp.mean / 2);
const linear = futuresProfile([of('dYdX v3'), of('Kraken Futures')], halfOf('dYdX v4'));
const spot = futuresProfile([of('OKX')], of('OKX').spreadBp.mean / 2);
const future = {
  ...inverse,
  halfSpreadBp: significant(FUTURE.wider * inverse.halfSpreadBp),
  depth: { a: significant(inverse.depth.a / FUTURE.thinner), b: inverse.depth.b },
  assumed: ['halfSpreadBp', 'depth'],
};
const option = {
  tenorDays: options.tenorDays,
  absoluteDeltas: options.absoluteDeltas,
  halfSpreadVolPoints: options.halfSpreadVolPoints.map((row) => row.map(significant)),
  halfSpreadCoinBp: options.halfSpreadCoinBp.map((row) => row.map(significant)),
  halfSpreadBp: significant(median(options.halfSpreadCoinBp.flat())),
  calmVol: significant(median(ordinary.map(thirtyDayVol))),
  spreadVolBeta: significant(elasticity.median),
  depth: { a: significant(OPTION_DEPTH.share * inverse.depth.a), b: OPTION_DEPTH.b },
  depthVolBeta: inverse.depthVolBeta,
  referencePrice: inverse.referencePrice,
  levels: 5,
  levelSpacingBp: 5,
  levelSizeDispersion: 1,
  assumed: ['depth', 'depthVolBeta', 'levels', 'levelSpacingBp', 'levelSizeDispersion'],
};
const worst = funding.deepest.reduce((a, b) => (a.logReturn < b.logReturn ? a : b));
const calibration = {
  profiles: {
    'inverse-perpetual': { ...inverse, assumed: ['spreadVolBeta'] },
    'linear-perpetual': { ...linear, assumed: ['spreadVolBeta'] },
    future,
    spot: { ...spot, assumed: ['spreadVolBeta', 'depthVolBeta'] },
    option,
  },
  perpetualPremium: {
    base: significant(premium.median),
    slopeOnFall: significant(premium.fallsBelow2Percent.slope),
    fallHours: 6,
    wander: significant((premium.p95 - premium.p05) / (2 * 1.645)),
  },
  funding: {
    medianPer8h: significant(funding.median),
    fallBeyond: -0.1,
    slopeNextDay: significant((worst.nextDay - funding.median) / (worst.logReturn + 0.1)),
    lowestDailyMeanPer8h: significant(worst.nextDay),
  },
  futureBasis: {
    tenorDays: basis.filter(({ days }) => days >= 25).map(({ days }) => days),
    annual: basis.filter(({ days }) => days >= 25).map((band) => significant(band.median)),
    slopeOnReturn: basisMoves.map(({ slope }) => significant(slope)),
    returnHours: 6,
  },
};
const short = (_: string, value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? significant(value) : value;
writeResource('resources/books/calibration.json', JSON.stringify(calibration, null, 2));
writeResource(
  'resources/books/measurements.json',
  JSON.stringify(
    {
      books,
      minuteQuotes: minutes,
      optionSpreads: { ordinary: options, crash: spreadTable(crash), elasticity },
      funding,
      basis,
      basisMoves,
      premium,
    },
    short,
    2,
  ),
);
writeResource(
  'resources/books/LICENSE-UPSTREAM.txt',
  materialText(folder, 'order_book_l2_samples/LICENSE-UPSTREAM.txt'),
);
