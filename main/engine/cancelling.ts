import type { Cause } from '#shared/domain/commands.ts';
import { isWorking, type Order } from '#shared/domain/order.ts';
import type { AccountId, ClientOrderId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import { answerOf, type Core, raiseAlarm, venueOfAccount } from './core.ts';
import type { LookUps } from './look-ups.ts';
import type { LegResult, VenueCommand } from './ports.ts';
import type { VenueSession } from './venue-session.ts';

/** Cancels go out whatever the trading state, the keys' budget or the disk say; the venue's word decides what became of them. */
export interface Cancelling {
  /** One order. Runs inside a kernel task. */
  cancel(order: ClientOrderId, cause: Cause): Result<null>;
  /** Every working order; answers how many were asked to be cancelled. Protective stops stay unless included. */
  cancelAll(includeProtective: boolean, cause: Cause): number;
}

/** A stop that can only reduce: it protects a position and survives "cancel all" unless included. */
export function isProtective(order: Order): boolean {
  return order.type === 'stop' && order.reduceOnly;
}

/** Why a cancel is not confirmed; null when every leg was accepted. */
function refusalOf(answer: Result<readonly LegResult[]>): Fault | null {
  if (!answer.ok) return answer.error;
  const refused = answer.value.find((leg) => leg.outcome !== 'accepted');
  return refused !== undefined && 'reason' in refused ? refused.reason : null;
}

export function createCancelling(core: Core, lookUps: LookUps): Cancelling {
  const { recorder, book, kernel } = core;

  /** The venue's answer to a cancel is a promise; its record of the order is the proof. */
  function ask(session: VenueSession, command: VenueCommand, orders: readonly ClientOrderId[]): void {
    const venue = session.adapter.id;
    void answerOf(() => session.adapter.execute(command), 'no-answer').then((answer) => {
      kernel.post(`cancel at ${venue}`, () => {
        const why = refusalOf(answer);
        for (const id of orders) follow(id, why);
      });
    });
  }

  function follow(id: ClientOrderId, why: Fault | null): void {
    const order = book.orders.get(id);
    if (order === undefined || !isWorking(order.state)) return;
    if (why !== null) {
      const message = `cancel of order ${id} is not confirmed: ${why.message}`;
      raiseAlarm(core, fault('cancel-unconfirmed', message, { order: id, cause: why.code }));
    }
    lookUps.ask(order);
  }

  function workingOf(account: AccountId, includeProtective: boolean): readonly Order[] {
    return [...book.orders.working.values()].filter(
      (one) => one.account === account && (includeProtective || !isProtective(one)),
    );
  }

  function cancelAccount(session: VenueSession, account: AccountId, includeProtective: boolean): number {
    const orders = workingOf(account, includeProtective);
    if (session.adapter.capabilities().cancelAll) {
      // Sent also when we know of no order: the venue may know of one.
      ask(
        session,
        { type: 'cancel-all', account, includeProtective },
        orders.map((one) => one.id),
      );
    } else {
      for (const { id } of orders) ask(session, { type: 'cancel', account, order: id }, [id]);
    }
    return orders.length;
  }

  return {
    cancel(id, cause) {
      const order = book.orders.get(id);
      if (order === undefined) return fail(fault('unknown-order', `there is no order ${id}`, { order: id }));
      if (!isWorking(order.state)) {
        return fail(fault('order-ended', `order ${id} is ${order.state} already`, { order: id, state: order.state }));
      }
      const session = venueOfAccount(core, order.account);
      if (session === undefined) {
        return fail(fault('no-venue', `the venue of order ${id} is not connected to this engine`, { order: id }));
      }
      recorder.note({ type: 'command', command: { type: 'cancel', order: id, cause }, report: null });
      ask(session, { type: 'cancel', account: order.account, order: id }, [id]);
      return ok(null);
    },
    cancelAll(includeProtective, cause) {
      // On the wire first: a slow disk must not hold a cancel back.
      let sent = 0;
      for (const account of book.accounts.keys()) {
        const session = venueOfAccount(core, account);
        if (session !== undefined) sent += cancelAccount(session, account, includeProtective);
      }
      recorder.note({ type: 'command', command: { type: 'cancel-all', includeProtective, cause }, report: null });
      return sent;
    },
  };
}
