import { amissLine, type Confirm, line, type Statement, type StatementLine } from '#main/engine/confirm-port.ts';
import type { Sending } from '#main/engine/desk.ts';
import type { Engine } from '#main/engine/engine.ts';
import type { Gesture } from '#main/engine/key-rules.ts';
import type { KeyCard } from '#main/engine/signer-port.ts';
import type { Staged } from '#main/engine/staging.ts';
import type { Session } from '#main/session/session.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { TransferRequest } from '#shared/domain/transfer.ts';
import { type Decimal, toNumber, ZERO } from '#shared/units/decimal.ts';
import { nameOf, venueOf } from '#shared/units/ids.ts';
import { toFault, unwrap } from '#shared/units/result.ts';

export interface ByHandSetup {
  readonly session: () => Pick<Session, 'environment' | 'clock'> & {
    readonly engine: Pick<Engine, 'staged' | 'keyState' | 'hold' | 'drop' | 'refuse' | 'preview'>;
  };
  readonly confirm: Confirm;
  /** Cards of the vault's keys, also while it is locked. */
  readonly cards: () => readonly KeyCard[];
}

/**
 * What the trader sends with his own hand and main asks about once more. Each answers with the press that it is sent by,
 * or rejects with `not-confirmed`; what needs no asking goes on by the press it came with.
 */
export interface ByHand {
  staged(id: string, press: Gesture): Promise<Gesture>;
  transfer(request: TransferRequest, press: Gesture): Promise<Gesture>;
}

interface Asked extends Sending {
  readonly notionalsUsd: readonly Decimal[];
}

/** An order is shown where the key of its account says so; one that can only reduce never is. */
function isAbove(order: OrderRequest, usd: number, cards: readonly KeyCard[]): boolean {
  if (order.reduceOnly) return false;
  const venue = venueOf(order.instrument);
  const own = cards.filter((one) => one.venue === venue && one.account === order.account);
  return own.some(({ limits }) => usd > (limits?.confirmUsd ?? Number.POSITIVE_INFINITY));
}

function orderLines({ account, instrument, side, quantity, limit, type }: OrderRequest, usd: Decimal | undefined) {
  const worst = limit === null ? amissLine('Worst price', 'none') : line('Worst price', `${limit}`);
  return [
    line(side === 'buy' ? 'Buys' : 'Sells', `${quantity} ${nameOf(instrument)}, as a ${type} order`),
    worst,
    line('Worth', usd === undefined ? 'not known' : `${toNumber(usd).toLocaleString('en-US')} USD`),
    line('At', `${venueOf(instrument)}, account ${account}`),
  ] satisfies readonly StatementLine[];
}

function statementOf({ orders, transfers, notionalsUsd }: Asked): Statement {
  const moves = transfers.map(({ quantity, currency, from, to }) =>
    line('Moves', `${quantity} ${currency} from ${from} to ${to}`),
  );
  return {
    title: transfers.length > 0 ? 'Send money?' : 'Send a large order?',
    about: transfers.length > 0 ? 'It leaves the account it is in.' : 'It is above what the key asks about.',
    lines: [...moves, ...orders.flatMap((one, i) => orderLines(one, notionalsUsd[i]))],
  };
}

export function createByHand({ session, confirm, cards }: ByHandSetup): ByHand {
  /** Refused, it is written down; confirmed, it is sent by the press in main's own window. */
  async function asked(wanted: Asked, press: Gesture): Promise<Gesture> {
    const { engine, clock } = session();
    try {
      await confirm(statementOf(wanted));
    } catch (thrown) {
      if (toFault(thrown).code === 'not-confirmed') unwrap(await engine.refuse(wanted, press));
      throw thrown;
    }
    return { ...press, by: 'pointer', with: 'Confirm', pressedAt: clock.now(), heldMs: 0 };
  }
  /** The demo's venues are inside: nothing leaves. What the engine would not take needs no asking either. */
  const isAsked = (): boolean => {
    const { environment, engine } = session();
    return environment !== 'DEMO' && engine.keyState.state === 'ARMED';
  };
  const needsAsking = ({ transfers, orders, notionalsUsd }: Staged): boolean =>
    transfers.length > 0 || orders.some((one, i) => isAbove(one, toNumber(notionalsUsd[i] ?? ZERO), cards()));

  return {
    staged: async (id, press) => {
      const { engine } = session();
      const entry = engine.staged.find((one) => one.id === id);
      if (entry === undefined || !isAsked() || !needsAsking(entry)) return press;
      unwrap(await engine.hold(id));
      try {
        return await asked(entry, press);
      } catch (thrown) {
        await engine.drop(id);
        throw thrown;
      }
    },
    transfer: async (request, press) => {
      const sending = { orders: [], transfers: [request], notionalsUsd: [] };
      if (!isAsked() || !session().engine.preview([], [request]).passed) return press;
      return asked(sending, press);
    },
  };
}
