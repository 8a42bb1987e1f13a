import type { RowIdentity } from '#shared/ipc/frames.ts';

/** A start for the trader to change: contracts quoted in dollars trade in tens, everything else in coins. */
function quantityFor(identity: RowIdentity): string {
  return identity.quantityUnit === 'USD' ? '10' : '1';
}

/** The venue's own name; one that reads as a coin ("BTC") is given with its venue. */
function wordFor({ name, instrument }: RowIdentity): string {
  return /[-/_]/.test(name) ? name : (instrument ?? name);
}

/** A ticket line on the rows, a leg each; "" when none of them can be traded (cash). */
export function ticketLineOn(rows: readonly RowIdentity[], side: 'buy' | 'sell'): string {
  return rows
    .filter((identity) => identity.instrument !== null)
    .map((identity) => `${side} ${quantityFor(identity)} ${wordFor(identity)} on ${identity.account}`)
    .join('; ');
}
