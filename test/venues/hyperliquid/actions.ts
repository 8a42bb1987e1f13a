import { add, decimal, ZERO } from '#shared/units/decimal.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Venue } from './info.ts';
import type { Action, Signed } from './keys.ts';
import { MAX_LEVERAGE, marketsOf } from './markets.ts';
import { Refusal } from './refusal.ts';
import type { Leg } from './sim-order.ts';

/** The switch that cancels everything at a time. */
export interface Switch {
  at: EpochMs | null;
}

const LEAST_AHEAD = 5_000;

interface Cancel {
  readonly a?: number;
  readonly o?: number;
  readonly cloid?: string;
}
interface Modify {
  readonly oid: number | string;
  readonly order: Leg;
}

type Carry = (action: Action, venue: Venue, deadMan: Switch) => unknown;

function list<T>(value: unknown): readonly T[] {
  if (Array.isArray(value) && value.length > 0) return value as T[];
  throw new Refusal('Order list is empty');
}

const statuses = (type: string, of: readonly unknown[]) => ({ type, data: { statuses: of } });
const nothing = { type: 'default' };

const CARRIED: Readonly<Record<string, Carry>> = {
  order: ({ orders, builder }, venue) => {
    if (builder !== undefined) throw new Refusal('Builder fee has not been approved.');
    return statuses('order', venue.orders.place(list<Leg>(orders)));
  },
  modify: ({ oid, order }, { orders }) => statuses('order', [orders.modify(oid as number | string, order as Leg)]),
  batchModify: ({ modifies }, { orders }) =>
    statuses(
      'order',
      list<Modify>(modifies).map((one) => orders.modify(one.oid, one.order)),
    ),
  cancel: ({ cancels }, { orders }) =>
    statuses(
      'cancel',
      list<Cancel>(cancels).map((one) => orders.cancel(one.o ?? -1)),
    ),
  cancelByCloid: ({ cancels }, { orders }) =>
    statuses(
      'cancel',
      list<Cancel>(cancels).map((one) => orders.cancel(one.cloid ?? '')),
    ),
  scheduleCancel: ({ time }, { venueTime }, deadMan) => {
    if (time !== undefined && Number(time) < venueTime() + LEAST_AHEAD - 1) {
      throw new Refusal('Scheduled cancel time must be at least 5 seconds in the future.');
    }
    deadMan.at = time === undefined ? null : Number(time);
    return nothing;
  },
  updateLeverage: ({ asset, isCross, leverage }, { work, leverages }) => {
    const market = marketsOf(work.exchange).find((one) => one.asset === asset);
    if (market === undefined || Number(leverage) > MAX_LEVERAGE) throw new Refusal('Invalid leverage value');
    const type = isCross === true ? 'cross' : 'isolated';
    leverages.set(market.coin, { type, value: Number(leverage), added: ZERO });
    return nothing;
  },
  updateIsolatedMargin: ({ asset, ntli }, { work, leverages }) => {
    const market = marketsOf(work.exchange).find((one) => one.asset === asset);
    const chosen = market && leverages.get(market.coin);
    if (market === undefined || chosen?.type !== 'isolated') {
      throw new Refusal('Cannot update isolated margin of a cross position.');
    }
    leverages.set(market.coin, { ...chosen, added: add(chosen.added, decimal(Number(ntli) / 1e6)) });
    return nothing;
  },
  noop: () => nothing,
  approveAgent: () => nothing,
};

/** What `/exchange` answers: the whole action is refused, or carried out with a status for each leg. */
export async function carryOut(signed: Signed, venue: Venue, deadMan: Switch): Promise<object> {
  try {
    const carry = Object.hasOwn(CARRIED, signed.action.type) ? CARRIED[signed.action.type] : undefined;
    await venue.keys.check(signed);
    if (carry === undefined) throw new Refusal(`Unknown action ${signed.action.type}`);
    return { status: 'ok', response: carry(signed.action, venue, deadMan) };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return { status: 'err', response: thrown.message };
  }
}
