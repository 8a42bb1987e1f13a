import { counted } from '#renderer/format/names.ts';
import { DASH, exact, percent, plain, signed } from '#renderer/format/number.ts';
import { age } from '#renderer/format/time.ts';
import type { ChainVitals } from '#shared/domain/chain-vitals.ts';
import type { Adjustment } from '#shared/domain/events.ts';
import type { Feed, VenueVitals } from '#shared/ipc/venues.ts';
import { subtract } from '#shared/units/decimal.ts';
import { nameOf } from '#shared/units/ids.ts';
import type { Quantiles } from '#shared/units/samples.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** Clocks further apart than this make ages doubtful. */
export const SKEW_WATCH = 500;
/** Less of a request budget than this is soon none. */
export const BUDGET_WATCH = 0.25;

/** "35 · 41": half and all but one in a hundred, ms. */
export function quantilesText(one: Quantiles | null): string {
  if (one === null) return DASH;
  const write = (ms: number): string => (ms < 1 ? '<1' : plain(ms));
  return `${write(one.p50)} · ${write(one.p99)}`;
}

/** The pool of credits that is nearest its end; null where none is told. */
export function leanest(credits: VenueVitals['credits']): { readonly pool: string; readonly left: number } | null {
  const pools = Object.entries(credits ?? {}).map(([pool, left]) => ({ pool, left }));
  return pools.reduce<(typeof pools)[number] | null>(
    (least, one) => (least && least.left <= one.left ? least : one),
    null,
  );
}

/** How far a chain's gas is below its cap, as a share of it; 0 at the cap and above. */
export function gasRoom({ gasGwei, gasCapGwei }: ChainVitals): number {
  return Math.max(1 - gasGwei / gasCapGwei, 0);
}

/** What is left of what may be asked or paid: of requests, or of a chain's gas cap. Null where neither is told. */
export function roomLeft({ credits, chain }: VenueVitals): number | null {
  return leanest(credits)?.left ?? (chain === null ? null : gasRoom(chain));
}

export function rateText(rate: number | null): string {
  return rate === null ? DASH : plain(rate, rate < 10 ? 1 : 0);
}

export function skewText(skewMs: number | null): string {
  return skewMs === null ? DASH : `${signed(skewMs)} ms`;
}

/** "12s", or "never" before the first. */
export function agoText(at: EpochMs | null, now: EpochMs): string {
  return at === null ? 'never' : age(Math.max(now - at, 0));
}

export function driftText(drift: number | null): string {
  if (drift === null) return DASH;
  return drift < 0.0005 ? '0.0%' : percent(drift, 1);
}

export const FEED_WORDS: Readonly<Record<Feed, string>> = {
  quotes: 'Quotes',
  orders: 'Orders',
  fills: 'Fills',
  funding: 'Funding',
  margin: 'Margin calls',
};

/** "2 adjusted, 1 unknown settled": what the last reconciliation found. */
export function foundText(vitals: VenueVitals): string {
  const last = vitals.reconciliation;
  if (last === null) return 'not asked yet';
  if (!last.complete) return 'could not report in full';
  const parts = [
    last.differences === 0 ? 'agreed' : `${last.differences} adjusted`,
    last.unknownResolved === 0 ? '' : `${counted(last.unknownResolved, 'unknown order')} settled`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** "BTC-PERPETUAL +10 → +12", "USDC 100 → 112.5". */
export function adjustmentTitle(adjustment: Adjustment): string {
  const { ours, theirs } = adjustment;
  if (adjustment.what === 'balance') return `${adjustment.key} ${exact(ours)} → ${exact(theirs)}`;
  return `${nameOf(adjustment.key)} ${exact(ours, 0, 'signed')} → ${exact(theirs, 0, 'signed')}`;
}

/** What differed, what may have made it differ, and what was done. One sentence each. */
export function explainAdjustment(adjustment: Adjustment, kind: VenueVitals['kind']): readonly string[] {
  const { what, account, key, ours, theirs } = adjustment;
  const change = exact(subtract(theirs, ours), 0, 'signed');
  if (what === 'position' && ours === theirs) {
    return [
      `The venue holds the same ${exact(theirs, 0, 'signed')} of ${nameOf(key)} at another average entry.`,
      'It booked the fills in another order, or settled the position daily; profit moves between cash and entry, the sum stays.',
      `The book took its entry, ${exact(adjustment.entry)}.`,
    ];
  }
  if (what === 'position') {
    const flipped = theirs === '0' ? 'It is closed there' : `${change} came`;
    return [
      `The venue holds ${exact(theirs, 0, 'signed')} of ${nameOf(key)} in ${account}; the book had ${exact(ours, 0, 'signed')}.`,
      kind === 'onchain'
        ? 'On a chain interest and fees change a position with every block: that is news, no fault.'
        : `${flipped} by something its history of fills does not tell: a trade elsewhere, an expiry, a liquidation or a transfer.`,
      `The book took the venue’s quantity and its entry, ${exact(adjustment.entry)}; profit of the difference is in no fill.`,
    ];
  }
  return [
    `The venue has ${exact(theirs)} ${key} in ${account}; the book had ${exact(ours)}: ${change}.`,
    kind === 'onchain'
      ? 'On a chain interest and gas change a balance with every block: that is news, no fault.'
      : 'No fill, funding or fee that the venue told explains it: interest, a deposit or withdrawal, a fee or settlement without a record.',
    'The book took the venue’s figure.',
  ];
}
