/** A resting order that follows the best price of its own side. Prices in the instrument's unit. */
export interface Chase {
  readonly side: 'buy' | 'sell';
  /** Price when the chase began. */
  readonly arrival: number;
  /** Price units from `arrival` that the price may run away. */
  readonly giveUp: number;
  /** Milliseconds that an order rests before it may be moved. */
  readonly repegMs: number;
  /** Milliseconds since the start after which the rest is taken. */
  readonly endMs: number;
  readonly tick: number;
}

/** What is seen: the best prices of others, our own order left out. */
export interface ChaseView {
  /** Milliseconds since the start. */
  readonly elapsedMs: number;
  readonly bid: number | null;
  readonly ask: number | null;
  /** Our order, and since when it rests there. */
  readonly resting: { readonly price: number; readonly sinceMs: number } | null;
  /** Left to fill, instrument unit. */
  readonly remaining: number;
}

export type ChaseStep =
  | { readonly act: 'post'; readonly price: number }
  | { readonly act: 'move'; readonly price: number }
  /** Cancel the order and take what is left, at `limit` at worst. */
  | { readonly act: 'take'; readonly limit: number }
  | { readonly act: 'wait' }
  /** Cancel and leave the rest: why. */
  | { readonly act: 'stop'; readonly why: string };

/**
 * The next act of a chase. It joins the best price of its own side, never crosses (a tick inside the other side at
 * most, so that post-only is not refused), follows at most every `repegMs`, takes the rest at the end, and stops where
 * the price has run away further than allowed or where one side of the book is empty at the end.
 */
export function chaseStep(chase: Chase, view: ChaseView): ChaseStep {
  const direction = chase.side === 'buy' ? 1 : -1;
  const [own, other] = chase.side === 'buy' ? [view.bid, view.ask] : [view.ask, view.bid];
  const limit = chase.arrival + direction * chase.giveUp;
  if (view.remaining <= 0) return { act: 'stop', why: 'it is filled' };
  const nearest = other ?? own;
  if (nearest !== null && direction * (nearest - limit) > 0) {
    return { act: 'stop', why: `the price ran more than ${chase.giveUp} away from ${chase.arrival}, to ${nearest}` };
  }
  if (view.elapsedMs >= chase.endMs) {
    return other === null ? { act: 'stop', why: 'the time is over and nobody is there' } : { act: 'take', limit };
  }
  const peg = pegOf(own, other, direction * chase.tick);
  if (peg === null) return { act: 'wait' };
  if (view.resting === null) return { act: 'post', price: peg };
  if (view.resting.price === peg || view.elapsedMs - view.resting.sinceMs < chase.repegMs) return { act: 'wait' };
  return { act: 'move', price: peg };
}

/** The best price of the own side, or a tick inside the other where that is empty or would be crossed; null without both. */
function pegOf(own: number | null, other: number | null, tick: number): number | null {
  if (other === null) return own;
  const inside = other - tick;
  if (own === null) return inside;
  return tick > 0 ? Math.min(own, inside) : Math.max(own, inside);
}
