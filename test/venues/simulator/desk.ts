import type { VenueOrder } from '#main/engine/ports.ts';
import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { Told } from '#main/venues/paper/exchange.ts';
import type { OrderTerms } from '#main/venues/paper/state.ts';
import type { FundingPayment } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { absolute, add, type Decimal, multiply, subtract, ZERO } from '#shared/units/decimal.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Clockwork } from './clockwork.ts';

/** The account of the matching core that stands behind a simulator's key. */
export const CORE_ACCOUNT = 'options';

/** An order as a venue knows it; an amended one is several of the matching core's in turn. */
export interface CoreOrder {
  readonly id: string;
  readonly clientId: string;
  /** The wire's own word for its type. */
  readonly wireType: string;
  readonly createdAt: EpochMs;
  terms: OrderTerms;
  amount: Decimal;
  paper: string;
  /** Filled by the core orders that were replaced. */
  before: Decimal;
  filled: Decimal;
  /** Quantity times price of what was filled. */
  cost: Decimal;
  /** Positive = paid. */
  fees: Decimal;
  state: VenueOrder['state'];
  updatedAt: EpochMs;
}

export interface CoreTrade {
  readonly number: number;
  readonly fill: Fill;
  readonly order: CoreOrder | null;
}

/** What changed for the account. */
export interface CoreChanges {
  readonly orders: readonly CoreOrder[];
  readonly trades: readonly CoreTrade[];
  /** Everything the core told, of other things than orders too. */
  readonly told: readonly Told[];
}

export interface Placing {
  readonly clientId: string;
  readonly wireType: string;
  readonly terms: OrderTerms;
}

/** Orders of one account over the matching core, in no venue's words. Refusals are {@link FaultError}s of the core. */
export interface Desk {
  place(placing: Placing): CoreOrder;
  /** Gives an order another total amount and limit; it keeps its id. */
  amend(order: CoreOrder, amount: Decimal, limit: Decimal | null): CoreOrder;
  cancel(order: CoreOrder): CoreOrder;
  byId(id: string): CoreOrder | undefined;
  byClient(clientId: string): CoreOrder | undefined;
  readonly all: readonly CoreOrder[];
  working(): readonly CoreOrder[];
  readonly trades: readonly CoreTrade[];
  readonly payments: readonly FundingPayment[];
  /** Lets the core's time follow the clock and takes what it told since. */
  follow(): CoreChanges;
}

export function filledOf(order: CoreOrder): Decimal {
  return add(order.before, order.filled);
}

export function isWorking(order: CoreOrder): boolean {
  return order.state === 'ACKED' || order.state === 'PARTIAL';
}

export function createDesk(work: Clockwork): Desk {
  const orders = new Map<string, CoreOrder>();
  const byPaper = new Map<string, CoreOrder>();
  const trades: CoreTrade[] = [];
  const payments: FundingPayment[] = [];
  const touched = new Set<CoreOrder>();
  const untold: Told[] = [];
  let [count, toldTrades] = [0, 0];

  const raise = (reason: Fault): never => {
    throw new FaultError(reason);
  };
  const takeFill = (fill: Fill): void => {
    if (fill.account !== CORE_ACCOUNT) return;
    const order = fill.order === null ? null : (byPaper.get(fill.order) ?? null);
    trades.push({ number: trades.length + 1, fill, order });
    if (order === null) return;
    order.cost = add(order.cost, multiply(absolute(fill.quantity), fill.price));
    order.fees = add(order.fees, fill.fee);
  };
  const takeOrder = (theirs: VenueOrder, at: EpochMs): void => {
    const order = byPaper.get(theirs.clientOrderId);
    if (order === undefined) return;
    [order.filled, order.state, order.updatedAt] = [theirs.filled, theirs.state, at];
    touched.add(order);
  };
  const take = (told: readonly Told[]): void => {
    untold.push(...told);
    for (const { venue, event } of told) {
      if (venue !== DERIBIT) continue;
      if (event.type === 'fill') takeFill(event.fill);
      if (event.type === 'order') takeOrder(event.order, event.tsEvent);
      if (event.type === 'funding' && event.payment.account === CORE_ACCOUNT) payments.push(event.payment);
    }
  };
  /** The core tells by events; a request's own answer needs them at once. */
  const settle = (): void => take(work.exchange.drain());
  const submit = (order: CoreOrder, terms: OrderTerms): void => {
    count += 1;
    const paper = `core-${count}`;
    byPaper.set(paper, order);
    const taken = work.exchange.submit({ venue: DERIBIT, id: paper, terms });
    if (!taken.ok) {
      byPaper.delete(paper);
      raise(taken.error);
    }
    order.paper = paper;
  };
  return {
    trades,
    payments,
    get all() {
      return [...orders.values()];
    },
    place: ({ clientId, wireType, terms }) => {
      const at = work.exchange.now;
      const order: CoreOrder = {
        id: `${7_000_000 + orders.size + 1}`,
        clientId,
        wireType,
        createdAt: at,
        terms,
        amount: terms.quantity,
        paper: '',
        before: ZERO,
        filled: ZERO,
        cost: ZERO,
        fees: ZERO,
        state: 'ACKED',
        updatedAt: at,
      };
      submit(order, terms);
      orders.set(order.id, order);
      settle();
      return order;
    },
    amend: (order, amount, limit) => {
      const ended = work.exchange.cancel(CORE_ACCOUNT, order.paper);
      if (!ended.ok) return raise(ended.error);
      // What the core tells of the replaced order's end is not the order's end.
      byPaper.delete(order.paper);
      [order.before, order.filled] = [filledOf(order), ZERO];
      order.terms = { ...order.terms, quantity: subtract(amount, order.before), limit };
      order.amount = amount;
      try {
        submit(order, order.terms);
      } catch (refused) {
        order.state = 'CANCELLED';
        touched.add(order);
        throw refused;
      }
      settle();
      return order;
    },
    cancel: (order) => {
      const ended = work.exchange.cancel(CORE_ACCOUNT, order.paper);
      if (!ended.ok) return raise(ended.error);
      settle();
      return order;
    },
    byId: (id) => orders.get(id),
    byClient: (clientId) => [...orders.values()].findLast((one) => one.clientId === clientId),
    working: () => [...orders.values()].filter(isWorking),
    follow: () => {
      take(work.follow());
      const fresh = trades.slice(toldTrades);
      toldTrades = trades.length;
      const changed = [...touched];
      touched.clear();
      return { orders: changed, trades: fresh, told: untold.splice(0) };
    },
  };
}

/** The refusal of an order that is not known. */
export function unknownOrder(id: string): FaultError {
  return new FaultError(fault('unknown-order', `no order ${id}`));
}
