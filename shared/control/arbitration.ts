import type { OrderRequest } from '#shared/domain/order.ts';
import type { AccountId } from '#shared/units/ids.ts';
import type { Transfer } from './top-up.ts';

/** Who wants something, the most urgent first: what takes risk off goes before what moves it. */
const CONTROLLERS = ['flatten', 'protection', 'collateral', 'hedge', 'range'] as const;
export type Controller = (typeof CONTROLLERS)[number];

/** What one controller would send now, as a whole. */
export interface Intent {
  readonly controller: Controller;
  readonly id: string;
  readonly orders: readonly OrderRequest[];
  readonly transfers: readonly Transfer[];
}

export interface HeldBack {
  readonly intent: Intent;
  /** Of the intent that stands in its way. */
  readonly by: string;
  readonly why: string;
}

export interface Arbitration {
  readonly go: readonly Intent[];
  readonly heldBack: readonly HeldBack[];
}

function opposes(mine: OrderRequest, theirs: OrderRequest): boolean {
  return mine.account === theirs.account && mine.instrument === theirs.instrument && mine.side !== theirs.side;
}

/** Accounts whose risk an intent takes down, or to whose help it sends money. */
function mended({ controller, orders, transfers }: Intent): ReadonlySet<AccountId> {
  const protects = controller === 'flatten' || controller === 'protection';
  const reduced = protects ? orders.filter((one) => one.reduceOnly).map((one) => one.account) : [];
  return new Set([...reduced, ...transfers.map((one) => one.to)]);
}

/** Why `later` may not go beside `first`; null where it may. */
function conflict(first: Intent, later: Intent): string | null {
  const against = later.orders.find((mine) => first.orders.some((theirs) => opposes(mine, theirs)));
  if (against)
    return `it would ${against.side} ${against.instrument} in ${against.account} against ${first.controller}`;
  const weak = mended(first);
  const burden = later.orders.find((one) => !one.reduceOnly && weak.has(one.account));
  if (burden) return `it would add to ${burden.account} while ${first.controller} relieves it`;
  const drain = later.transfers.find((one) => weak.has(one.from));
  if (drain) return `it would take money out of ${drain.from} while ${first.controller} relieves it`;
  return null;
}

/**
 * Which intents may go together: taken by urgency, each goes whole or not at all, since half of one is a leg alone. One
 * that trades against a more urgent one, adds to an account that a more urgent one relieves, or takes money out of it is
 * held back, with the reason; it is asked for anew once the other is done.
 */
export function arbitrate(intents: readonly Intent[]): Arbitration {
  const go: Intent[] = [];
  const heldBack: HeldBack[] = [];
  const urgency = (one: Intent): number => CONTROLLERS.indexOf(one.controller);
  for (const intent of [...intents].sort((a, b) => urgency(a) - urgency(b))) {
    const stopped = go.flatMap((first) => {
      const why = conflict(first, intent);
      return why === null ? [] : [{ intent, by: first.id, why }];
    });
    if (stopped[0]) heldBack.push(stopped[0]);
    else go.push(intent);
  }
  return { go, heldBack };
}
