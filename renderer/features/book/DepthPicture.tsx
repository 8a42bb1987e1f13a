import { decimalsFor, plain } from '#renderer/format/number.ts';
import style from './Book.module.css';
import { useCrossBook } from './book-store.ts';
import type { LadderLevel } from './ladder.ts';

const [WIDE, HIGH] = [200, 60];

/** Steps of a side's cumulative depth over price, closed at the bottom. */
function area(side: readonly LadderLevel[], x: (price: number) => number, y: (coins: number) => number): string {
  const [first] = side;
  if (first === undefined) return '';
  const steps = side.map(({ price, cumulative }, at) => {
    const before = side[at - 1]?.cumulative ?? 0;
    return `L${x(price).toFixed(2)} ${y(before).toFixed(2)}V${y(cumulative).toFixed(2)}`;
  });
  return `M${x(first.price).toFixed(2)} ${HIGH}${steps.join('')}V${HIGH}Z`;
}

/** Coins that can be had down to a price, bids to the left and asks to the right; a line at the wanted size. */
export function DepthPicture({ wanted }: { readonly wanted: number | null }) {
  const { bids, asks } = useCrossBook((book) => book.ladder);
  const prices = [...bids, ...asks].map((one) => one.price);
  const most = Math.max(bids.at(-1)?.cumulative ?? 0, asks.at(-1)?.cumulative ?? 0);
  if (prices.length === 0 || most <= 0) return null;
  const [low, high] = [Math.min(...prices), Math.max(...prices)];
  const x = (price: number): number => (high > low ? ((price - low) / (high - low)) * WIDE : WIDE / 2);
  const y = (coins: number): number => HIGH - (coins / most) * (HIGH - 2);
  const text = (value: number): string => plain(value, decimalsFor(value, 4));
  const label = `Cumulative depth: ${text(bids.at(-1)?.cumulative ?? 0)} coins bid down to ${plain(low, 1)}, ${text(asks.at(-1)?.cumulative ?? 0)} offered up to ${plain(high, 1)}`;
  return (
    <figure className={style.depth}>
      <svg viewBox={`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="none" role="img" aria-label={label}>
        <path className={style.bids} d={area(bids, x, y)} />
        <path className={style.asks} d={area(asks, x, y)} />
        {wanted === null || wanted > most ? null : (
          <path className={style.wanted} d={`M0 ${y(wanted).toFixed(2)}H${WIDE}`} />
        )}
      </svg>
      <figcaption>
        <span>{plain(low, 1)}</span>
        <span>Σ to {text(most)} coins</span>
        <span>{plain(high, 1)}</span>
      </figcaption>
    </figure>
  );
}
