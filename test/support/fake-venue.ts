import type {
  AccountSnapshot,
  Capabilities,
  FillPage,
  LegResult,
  VenueAdapter,
  VenueCommand,
  VenueEvent,
  VenueOrder,
} from '#main/engine/ports.ts';
import type { Account, Balance } from '#shared/domain/account.ts';
import { applyEvent, emptyBook } from '#shared/domain/book.ts';
import type { FundingPayment } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Order } from '#shared/domain/order.ts';
import type { Quote } from '#shared/market/quote.ts';
import { absolute, add, compare, decimal, negate, type Quantity, subtract, ZERO } from '#shared/units/decimal.ts';
import type { ClientOrderId, InstrumentId } from '#shared/units/ids.ts';
import { fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';

/**
 * What happens to a leg: accept; fill (accepted, filled in full, the fill told before the answer); reject;
 * lost (taken, but answered with "unknown"); dropped (never taken, answered with "unknown"); hang (taken, no answer
 * at all); vanish (never taken, no answer); throw (taken, the call fails).
 */
export type Outcome = 'accept' | 'fill' | 'reject' | 'lost' | 'dropped' | 'hang' | 'vanish' | 'throw';

const TAKEN: ReadonlySet<Outcome> = new Set(['accept', 'fill', 'lost', 'hang', 'throw']);

export interface FakeVenueSetup {
  readonly id: string;
  readonly now: () => EpochMs;
  readonly accounts: readonly Account[];
  readonly instruments: readonly Instrument[];
  readonly balances?: readonly Balance[];
  readonly capabilities?: Partial<Capabilities>;
  readonly pageSize?: number;
}

/** A venue that does as it is told. Its own book is the truth that the engine's has to agree with in the end. */
export interface FakeVenue extends VenueAdapter {
  /** Outcomes of the next legs, in order; "accept" when none is left. */
  script(...outcomes: readonly Outcome[]): void;
  /** Everything that reached the venue, and what the engine looked like at that moment, by `onWire`. */
  readonly wire: VenueCommand[];
  onWire: (command: VenueCommand) => void;
  tell(event: VenueEvent): void;
  /** Marks, one price per instrument, half a tick of spread on either side. */
  quote(prices: Readonly<Record<InstrumentId, number>>): void;
  /** Trades a working order; `quiet` keeps the events for {@link release}. */
  trade(order: ClientOrderId, quantity: string, price: string, quiet?: boolean): Fill | null;
  /** Ends a working order from the venue's side. */
  end(order: ClientOrderId, state: 'CANCELLED' | 'EXPIRED' | 'REJECTED', quiet?: boolean): void;
  /** Kept events, told now, in the given order of their indices (all, in order, when none is given). */
  release(order?: readonly number[]): void;
  readonly kept: readonly VenueEvent[];
  /** Trades by itself: liquidation, settlement, or an order that nobody here sent. */
  tradeApart(fill: Partial<Fill> & Pick<Fill, 'account' | 'instrument' | 'quantity' | 'price'>, quiet?: boolean): Fill;
  readonly truth: ReturnType<typeof emptyBook>;
  readonly orders: ReadonlyMap<ClientOrderId, VenueOrder>;
  /** Orders that it refused. */
  readonly refused: ReadonlySet<ClientOrderId>;
  /** Snapshots are marked incomplete and empty while set. */
  incomplete: boolean;
  /** Calls fail while set. */
  offline: boolean;
  /** Funding that the history has. */
  readonly funding: FundingPayment[];
}

const CAPABILITIES: Capabilities = {
  orderTypes: ['limit', 'market', 'stop'],
  timeInForce: ['gtc', 'ioc', 'fok'],
  postOnly: true,
  reduceOnly: true,
  amend: false,
  cancelAll: true,
  preview: false,
  greeks: false,
  cancelOnDisconnect: false,
  idempotent: true,
};

function isOpen(order: VenueOrder): boolean {
  return order.state === 'ACKED' || order.state === 'PARTIAL';
}

export function createFakeVenue(setup: FakeVenueSetup): FakeVenue {
  const truth = emptyBook();
  const orders = new Map<ClientOrderId, VenueOrder>();
  const refused = new Set<ClientOrderId>();
  const requests = new Map<ClientOrderId, Order>();
  const fills: Fill[] = [];
  const kept: VenueEvent[] = [];
  const outcomes: Outcome[] = [];
  const listeners = new Set<(event: VenueEvent) => void>();
  let number = 0;

  applyEvent(truth, { type: 'instruments-listed', instruments: setup.instruments }, 0);
  for (const account of setup.accounts) {
    const balances = (setup.balances ?? []).filter((one) => one.account === account.id);
    applyEvent(truth, { type: 'account-opened', account, balances, positions: [] }, 0);
  }

  function emit(event: VenueEvent, quiet: boolean): void {
    if (quiet || venue.offline) kept.push(event);
    else for (const on of listeners) on(event);
  }

  function tellOrder(order: VenueOrder, quiet: boolean): void {
    emit({ type: 'order', order, tsEvent: setup.now() }, quiet);
  }

  function execute(fill: Fill, quiet: boolean): void {
    fills.push(fill);
    // The truth is kept by position: which order a fill belongs to is what the engine has to find out.
    applyEvent(truth, { type: 'fill', fill: { ...fill, order: null } }, fill.at);
    emit({ type: 'fill', fill }, quiet);
  }

  function take(order: Order, outcome: Outcome): LegResult {
    const { id } = order;
    if (outcome === 'reject') {
      refused.add(id);
      return { outcome: 'rejected', id, reason: fault('margin', 'not enough margin') };
    }
    const unknown: LegResult = { outcome: 'unknown', id, reason: fault('gateway', 'bad gateway') };
    if (!TAKEN.has(outcome) || orders.has(id)) return unknown;
    number += 1;
    requests.set(id, order);
    orders.set(id, {
      clientOrderId: id,
      venueOrderId: `v${number}`,
      account: order.account,
      instrument: order.instrument,
      state: 'ACKED',
      filled: ZERO,
      reason: null,
    });
    if (outcome === 'fill') venue.trade(id, order.quantity, order.limit ?? '1');
    return outcome === 'lost' ? unknown : { outcome: 'accepted', id, venueOrderId: `v${number}` };
  }

  function place(all: readonly Order[]): Promise<readonly LegResult[]> {
    const chosen = all.map(() => outcomes.shift() ?? 'accept');
    const legs = all.map((order, at) => take(order, chosen[at] ?? 'accept'));
    if (chosen.includes('throw')) return Promise.reject(new Error('socket hang up'));
    if (chosen.includes('hang') || chosen.includes('vanish')) return new Promise(() => undefined);
    return Promise.resolve(legs);
  }

  function cancel(id: ClientOrderId): LegResult {
    const order = orders.get(id);
    if (order === undefined || !isOpen(order)) {
      return { outcome: 'rejected', id, reason: fault('not-open', 'there is no such open order') };
    }
    venue.end(id, 'CANCELLED');
    return { outcome: 'accepted', id, venueOrderId: order.venueOrderId };
  }

  function online(): Promise<void> {
    return venue.offline ? Promise.reject(new Error('not connected')) : Promise.resolve();
  }

  const venue: FakeVenue = {
    id: setup.id,
    kind: 'paper',
    wire: [],
    onWire: () => undefined,
    truth,
    orders,
    refused,
    kept,
    incomplete: false,
    offline: false,
    funding: [],
    capabilities: () => ({ ...CAPABILITIES, ...setup.capabilities }),
    connect: () => online(),
    close: () => Promise.resolve(),
    instruments: () => online().then(() => setup.instruments),
    accounts: () => online().then(() => setup.accounts),
    subscribe(on) {
      listeners.add(on);
      return () => listeners.delete(on);
    },
    script: (...more) => void outcomes.push(...more),
    tell: (event) => emit(event, false),
    quote(prices) {
      const at = setup.now();
      const quotes = Object.entries(prices).map(([instrument, mark]): Quote => {
        const { kind, payoff } = setup.instruments.find((one) => one.id === instrument) ?? {
          kind: 'spot',
          payoff: 'linear',
        };
        const option = kind === 'option';
        const dollars = option && payoff === 'inverse' ? 7000 : mark;
        const [bid, ask] = [mark * 0.9999, mark * 1.0001];
        return {
          instrument,
          bid,
          bidSize: 10,
          ask,
          askSize: 10,
          mark,
          markVol: option ? 0.8 : null,
          forward: dollars,
          index: dollars,
          funding8h: kind === 'perpetual' ? 0.0001 : null,
          tsEvent: at,
          tsReceived: at,
        };
      });
      emit({ type: 'quotes', quotes }, false);
    },
    trade(id, quantity, price, quiet = false) {
      const order = orders.get(id);
      const request = requests.get(id);
      if (order === undefined || request === undefined || !isOpen(order)) return null;
      const left: Quantity = subtract(request.quantity, order.filled);
      const size: Quantity = compare(decimal(quantity), left) > 0 ? left : decimal(quantity);
      const filled = add(order.filled, size);
      const state = compare(filled, request.quantity) === 0 ? 'FILLED' : 'PARTIAL';
      const after: VenueOrder = { ...order, filled, state };
      orders.set(id, after);
      number += 1;
      const fill: Fill = {
        trade: `t${number}`,
        venue: setup.id,
        account: order.account,
        instrument: order.instrument,
        order: id,
        quantity: request.side === 'buy' ? size : negate(size),
        price: decimal(price),
        fee: ZERO,
        feeCurrency: 'USDC',
        liquidity: 'taker',
        cause: 'order',
        index: decimal(price),
        at: setup.now(),
      };
      execute(fill, quiet);
      tellOrder(after, quiet);
      return fill;
    },
    end(id, state, quiet = false) {
      const order = orders.get(id);
      if (order === undefined || !isOpen(order)) return;
      const after: VenueOrder = { ...order, state };
      orders.set(id, after);
      tellOrder(after, quiet);
    },
    release(order = kept.map((_, at) => at)) {
      const all = kept.splice(0);
      for (const at of order) {
        const event = all[at];
        if (event !== undefined) emit(event, false);
      }
    },
    tradeApart(more, quiet = false) {
      number += 1;
      const fill: Fill = {
        trade: `t${number}`,
        venue: setup.id,
        order: null,
        fee: ZERO,
        feeCurrency: 'USDC',
        liquidity: 'taker',
        cause: 'liquidation',
        index: absolute(more.price),
        at: setup.now(),
        ...more,
      };
      execute(fill, quiet);
      return fill;
    },
    async snapshot(account): Promise<AccountSnapshot> {
      await online();
      const found = setup.accounts.find((one) => one.id === account);
      if (found === undefined) throw new Error(`no account ${account}`);
      const complete = !venue.incomplete;
      const positions = [...truth.positions.values()].filter((one) => complete && one.account === account);
      const balances = [...truth.balances.values()].filter((one) => complete && one.account === account);
      const openOrders = [...orders.values()].filter((one) => complete && one.account === account && isOpen(one));
      return { account: found, asOf: setup.now(), balances, positions, openOrders, pools: [], complete };
    },
    async history(account, cursor): Promise<FillPage> {
      await online();
      const mine = fills.filter((one) => one.account === account);
      const from = Number(cursor ?? 0);
      const to = from + (setup.pageSize ?? 100);
      const funding = from === 0 ? venue.funding.filter((one) => one.account === account) : [];
      return { fills: mine.slice(from, to), funding, next: to < mine.length ? String(to) : null };
    },
    async depth(instrument) {
      await online();
      return { instrument, bids: [], asks: [], at: setup.now() };
    },
    greeks: () => null,
    async transfer(one) {
      applyEvent(truth, { type: 'transfer', transfer: { ...one, state: 'arrived' } }, setup.now());
      return { outcome: 'accepted' };
    },
    preview: () => Promise.reject(new Error('not supported')),
    orderState: (_account, id) => online().then(() => orders.get(id) ?? null),
    execute(command) {
      venue.wire.push(command);
      venue.onWire(command);
      if (venue.offline) return Promise.reject(new Error('not connected'));
      if (command.type === 'place') return place(command.orders);
      if (command.type === 'amend') return Promise.reject(new Error('not supported'));
      if (command.type === 'cancel') return Promise.resolve([cancel(command.order)]);
      const open = [...orders.values()].filter((one) => one.account === command.account && isOpen(one));
      const protective = (id: ClientOrderId): boolean => {
        const request = requests.get(id);
        return request?.type === 'stop' && request.reduceOnly;
      };
      const chosen = open.filter((one) => command.includeProtective || !protective(one.clientOrderId));
      return Promise.resolve(chosen.map((one) => cancel(one.clientOrderId)));
    },
  };
  return venue;
}
