/** Replays the recorded order books of the material and measures them at even instants. */
import { materialRows } from './material.ts';
import { leastSquares, mean, median, quantile } from './statistics.ts';

/** One recording: `usd` turns a level's price and size into USD of notional. */
export interface Recording {
  readonly venue: string;
  readonly contract: string;
  readonly file: string;
  readonly usd: (price: number, size: number) => number;
}

interface Level {
  readonly price: number;
  readonly usd: number;
}

/** Best level first. */
interface Book {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

const SAMPLE_SECONDS = 0.25;
/** Distances from the middle, basis points, at which depth is measured. */
export const DISTANCES = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200];
export const ORDERS_USD = [10_000, 100_000, 1_000_000, 10_000_000];
/** Levels next to the best whose sizes and spacing are measured. */
const NEAR = 25;

function sorted(levels: ReadonlyMap<number, number>, usd: Recording['usd'], side: 1 | -1): Level[] {
  return [...levels].sort(([a], [b]) => side * (a - b)).map(([price, size]) => ({ price, usd: usd(price, size) }));
}

/** The book at every quarter of a second from the snapshot to the last message. Sizes are absolute; 0 removes a level. */
export function sampledBooks(folder: string, recording: Recording): Book[] {
  const sides = { bid: new Map<number, number>(), ask: new Map<number, number>() };
  const books: Book[] = [];
  let due = 0;
  for (const row of materialRows(folder, `order_book_l2_samples/${recording.file}`)) {
    const [event, side] = [row.text('event'), row.text('side')];
    if (event === 'trade' || (side !== 'bid' && side !== 'ask')) continue;
    const time = row.number('recv_time_s');
    if (sides.bid.size > 0 && sides.ask.size > 0 && time >= due) {
      if (due > 0) {
        books.push({ bids: sorted(sides.bid, recording.usd, -1), asks: sorted(sides.ask, recording.usd, 1) });
      }
      due = time + SAMPLE_SECONDS;
    }
    const [price, size] = [row.number('price'), row.number('size')];
    if (size === 0) sides[side].delete(price);
    else sides[side].set(price, size);
  }
  return books.filter(({ bids, asks }) => bids.length > 0 && asks.length > 0);
}

function middleOf(book: Book): number {
  return ((book.bids[0]?.price ?? Number.NaN) + (book.asks[0]?.price ?? Number.NaN)) / 2;
}

/** USD within a distance of the middle; NaN where the recorded book ends before it. */
function depthWithin(levels: readonly Level[], middle: number, bp: number): number {
  const distance = (level: Level) => (Math.abs(level.price - middle) / middle) * 1e4;
  const last = levels.at(-1);
  if (last === undefined || distance(last) < bp) return Number.NaN;
  return levels.reduce((sum, level) => (distance(level) <= bp ? sum + level.usd : sum), 0);
}

/** Average price of a market order against the middle, basis points; NaN where the recorded book is not deep enough. */
function impact(levels: readonly Level[], middle: number, order: number): number {
  let [left, coins] = [order, 0];
  for (const level of levels) {
    const taken = Math.min(left, level.usd);
    coins += taken / level.price;
    left -= taken;
    if (left <= 0) return (Math.abs(order / coins - middle) / middle) * 1e4;
  }
  return Number.NaN;
}

function medianOfKnown(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length * 2 >= values.length ? median(known) : Number.NaN;
}

/** a and b of D(x) = a·x^b, USD within x basis points of the middle, by least squares in logarithms. */
function depthLaw(depths: readonly { bp: number; usd: number }[]) {
  const known = depths.filter(({ usd }) => usd > 0);
  const fit = leastSquares(
    known.map(({ bp }) => [1, Math.log(bp)]),
    known.map(({ usd }) => Math.log(usd)),
  );
  const [lnA = Number.NaN, b = Number.NaN] = fit ?? [];
  return { a: Math.exp(lnA), b, fromBp: known[0]?.bp, toBp: known.at(-1)?.bp };
}

/** Standard deviation of ln(size) about the mean of its own sample's side. */
function sizeDispersion(books: readonly Book[]): number {
  const spreads = books.flatMap(({ bids, asks }) =>
    [bids, asks].map((side) => {
      const logs = side
        .slice(0, NEAR)
        .filter((level) => level.usd > 0)
        .map((level) => Math.log(level.usd));
      const centre = logs.reduce((sum, v) => sum + v, 0) / logs.length;
      return Math.sqrt(logs.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (logs.length - 1));
    }),
  );
  return median(spreads);
}

export function measureBook(recording: Recording, books: readonly Book[]) {
  const spreads = books.map((book) => {
    const middle = middleOf(book);
    return (((book.asks[0]?.price ?? 0) - (book.bids[0]?.price ?? 0)) / middle) * 1e4;
  });
  const depth = DISTANCES.map((bp) => {
    const of = (side: 'bids' | 'asks') =>
      medianOfKnown(books.map((book) => depthWithin(book[side], middleOf(book), bp)));
    return { bp, bidUsd: of('bids'), askUsd: of('asks') };
  });
  const gaps = books.flatMap(({ bids, asks }) =>
    [bids, asks].flatMap((side) =>
      side.slice(1, NEAR).map((level, i) => (Math.abs(level.price - (side[i]?.price ?? 0)) / level.price) * 1e4),
    ),
  );
  const levelsWithin50 = books.map((book) => {
    const middle = middleOf(book);
    return [...book.bids, ...book.asks].filter((l) => Math.abs(l.price / middle - 1) < 50e-4).length / 2;
  });
  return {
    venue: recording.venue,
    contract: recording.contract,
    file: recording.file,
    samples: books.length,
    middle: median(books.map(middleOf)),
    spreadBp: { median: median(spreads), mean: mean(spreads), p95: quantile(spreads, 0.95) },
    depth,
    depthLaw: {
      bid: depthLaw(depth.map(({ bp, bidUsd }) => ({ bp, usd: bidUsd }))),
      ask: depthLaw(depth.map(({ bp, askUsd }) => ({ bp, usd: askUsd }))),
    },
    levelSizeDispersion: sizeDispersion(books),
    levelSpacingBp: { median: median(gaps), mean: mean(gaps) },
    levelsWithin50Bp: median(levelsWithin50),
    impactBp: ORDERS_USD.map((usd) => ({
      usd,
      buy: medianOfKnown(books.map((book) => impact(book.asks, middleOf(book), usd))),
      sell: medianOfKnown(books.map((book) => impact(book.bids, middleOf(book), usd))),
    })),
  };
}
