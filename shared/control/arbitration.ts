import { CONTROLLERS, type Controller } from '#shared/domain/automation.ts';
import type { PlannedStep } from '#shared/domain/chain-step.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { TransferRequest } from '#shared/domain/transfer.ts';
import type { AccountId, UnderlyingId } from '#shared/units/ids.ts';

/** What one controller would send now, as a whole. */
export interface Intent {
  readonly controller: Controller;
  readonly underlying: UnderlyingId;
  readonly id: string;
  readonly orders: readonly OrderRequest[];
  readonly transfers: readonly Pick<TransferRequest, 'from' | 'to'>[];
  readonly step?: PlannedStep;
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
  const protects = controller === 'flatten' || controller === 'deleverager';
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
  if (first.step !== undefined && later.step?.preview.chain === first.step.preview.chain)
    return `its transactions on ${first.step.preview.chain} come after those of ${first.controller}`;
  // Both rest on the same report: what the first one fills is not in the figures of the second.
  if (first.orders.length > 0 && later.orders.length > 0 && first.underlying === later.underlying)
    return `it rests on the ${first.underlying} book as it is before ${first.controller} has traded`;
  return null;
}

/**
 * Which intents may go together: taken by urgency, each goes whole or not at all, since half of one is a leg alone. One
 * that trades against a more urgent one, adds to an account that a more urgent one relieves, takes money out of it, or
 * trades the same underlying on figures that the other is about to change is held back, with the reason; it is asked for
 * anew once the other is done.
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
