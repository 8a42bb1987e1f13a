import type { Gesture } from '#main/engine/key-rules.ts';
import type { Handlers } from '#main/ipc/router.ts';
import { ticketOf } from '#main/session/routed-ticket.ts';
import type { Session } from '#main/session/session.ts';
import { toStagedOrders } from '#main/session/staged.ts';
import { previewTicket } from '#main/session/ticket-preview.ts';
import type { OrderOrigin, OrderRequest } from '#shared/domain/order.ts';
import type { StagedOrders } from '#shared/ipc/frames.ts';
import { absolute, isZero, sign } from '#shared/units/decimal.ts';
import { FaultError, fault, unwrap } from '#shared/units/result.ts';
import type { ByHand } from './by-hand.ts';
import type { Hand } from './hand.ts';

type TradeMethods =
  | 'ticket.preview'
  | 'ticket.stage'
  | 'orders.stage'
  | 'positions.stage-close'
  | 'staged.commit'
  | 'staged.drop'
  | 'orders.cancel'
  | 'orders.cancel-all'
  | 'keys.arm'
  | 'keys.disarm'
  | 'keys.lock'
  | 'engine.kill'
  | 'engine.resume'
  | 'automation.set';

async function stage(
  session: Session,
  orders: readonly OrderRequest[],
  origin: OrderOrigin,
  gesture: Gesture,
): Promise<StagedOrders> {
  const basis = { reportSeq: session.risk.latest?.seq ?? null };
  return toStagedOrders(unwrap(await session.engine.stage(orders, origin, basis, gesture)));
}

/** Reduce-only market orders that close the rows; cash and flat rows cannot be closed. */
function closing(session: Session, rows: readonly string[]): readonly OrderRequest[] {
  return rows.map((row) => {
    const position = session.journal.book.positions.get(row);
    if (!position || isZero(position.quantity))
      throw new FaultError(fault('no-position', `${row}: there is no position to close`));
    return {
      account: position.account,
      instrument: position.instrument,
      side: sign(position.quantity) > 0 ? 'sell' : 'buy',
      quantity: absolute(position.quantity),
      type: 'market',
      limit: null,
      trigger: null,
      timeInForce: 'ioc',
      postOnly: false,
      reduceOnly: true,
    };
  });
}

/** The word that arms for people who cannot hold a key. */
const ARM_WORD = 'ARM';

/**
 * Everything that stages, sends, cancels or protects. All of it goes through the engine's desk and gate. What could
 * lead to an order or take one away needs a press that the browser process itself has seen; what makes things safer
 * is obeyed in any case.
 */
export function tradeHandlers(session: () => Session, hand: Hand, byHand: ByHand): Pick<Handlers, TradeMethods> {
  const desk = () => session().engine;
  const seen = (gesture: Gesture): Gesture => unwrap(hand.vouch(gesture));
  const said = hand.inEngineTime;
  return {
    'ticket.preview': ({ line }) => previewTicket(session(), line),
    'ticket.stage': async ({ line, gesture }) => {
      const press = said(gesture);
      return stage(session(), await ticketOf(session(), line), 'ticket', press);
    },
    'orders.stage': ({ orders, gesture }) => stage(session(), orders, 'ticket', said(gesture)),
    'positions.stage-close': ({ rows, gesture }) => stage(session(), closing(session(), rows), 'close', said(gesture)),
    'staged.commit': async ({ staged, gesture }) => {
      const press = await byHand.staged(staged, seen(gesture));
      const placed = unwrap(await desk().commit(staged, press));
      return { group: placed.group, orders: placed.orders.map(({ id, state, reason }) => ({ id, state, reason })) };
    },
    'staged.drop': async ({ staged }) => unwrap(await desk().drop(staged)),
    'orders.cancel': async ({ order, gesture }) => unwrap(await desk().cancel(order, seen(gesture))),
    'orders.cancel-all': async ({ includeProtective, gesture }) =>
      unwrap(await desk().cancelAll(includeProtective, seen(gesture))),
    'keys.arm': async ({ accounts, gesture }) => {
      const typed = gesture.by === 'palette' && hand.typed(ARM_WORD) ? { typed: ARM_WORD } : {};
      return unwrap(await desk().arm({ accounts, budget: null, ...typed }, seen(gesture)));
    },
    'keys.disarm': async ({ gesture }) => unwrap(await desk().disarm(said(gesture))),
    'keys.lock': async ({ locked, gesture }) =>
      unwrap(await (locked ? desk().lock(said(gesture)) : desk().unlock(seen(gesture)))),
    'engine.kill': async ({ gesture }) => unwrap(await desk().kill(said(gesture))),
    'automation.set': async ({ rule, gesture }) => {
      unwrap(await desk().automate(rule, rule.level === 'off' ? said(gesture) : seen(gesture)));
      return null;
    },
    'engine.resume': async ({ gesture }) => {
      unwrap(await desk().resume(seen(gesture)));
      return null;
    },
  };
}
