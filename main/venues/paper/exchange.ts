import type { FillPage, VenueEvent, VenueOrder } from '#main/engine/ports.ts';
import type { Account, Balance } from '#shared/domain/account.ts';
import type { FundingPayment } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Position } from '#shared/domain/position.ts';
import type { TransferRequest } from '#shared/domain/transfer.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { SurfaceTemplate } from '#shared/market/surface-template.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { isZero, negate } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, InstrumentId, VenueId, VenueOrderId } from '#shared/units/ids.ts';
import { FaultError, fault, type Result } from '#shared/units/result.ts';
import { type EpochMs, HOUR, MINUTE } from '#shared/units/time.ts';
import { accountOf } from './accounts.ts';
import { type Arrival, arrive, cancel, cancellable } from './arrivals.ts';
import { bookGrower } from './books.ts';
import type { Calibration } from './calibration.ts';
import { type DemoBook, HYPERLIQUID } from './demo-book.ts';
import { stepFunding } from './funding.ts';
import { CALM_EVERY, marginWatch } from './liquidation.ts';
import { poolMargins, poolStates } from './margin.ts';
import { supposing } from './margin-check.ts';
import { type Mark, paperMarket, type Recorded } from './market.ts';
import { listedAt, marketKey, openState, ownerOf } from './opening.ts';
import { type TapePath, TICK_MS, tapePath } from './path.ts';
import { stepOrders } from './resting.ts';
import { stepSettlement } from './settlement.ts';
import { isEnded, type OrderTerms } from './state.ts';
import { decodeState, encodeState } from './state-text.ts';
import type { Tape } from './tape.ts';
import { transfer } from './transfer.ts';
import { tickOf, toVenueOrder, type World } from './world.ts';

/** What a market is made of. The same setup gives the same market, trade by trade. */
export interface ExchangeSetup {
  readonly demo: DemoBook;
  readonly tape: Tape;
  readonly surface: SurfaceTemplate;
  readonly calibration: Calibration;
  readonly seed: number;
  /** Terms other than the venue's own, such as another fee; left out: its own. */
  readonly terms?: (instrument: Instrument) => Instrument;
  /** Whether expiries cost nothing; left out: Deribit's delivery fees. */
  readonly isDeliveryFree?: boolean;
  /** What was recorded beside the prices; left out: everything is modelled. */
  readonly recorded?: Recorded;
}

/** Something a venue tells, in the order it happened. */
export interface Told {
  readonly venue: VenueId;
  readonly event: VenueEvent;
}

/** What an account holds. */
export interface Holdings {
  readonly owner: Account;
  readonly balances: readonly Balance[];
  readonly positions: readonly Position[];
  readonly openOrders: readonly VenueOrder[];
  readonly pools: readonly PoolMargin[];
}

/**
 * The exchange behind all paper venues: a function of the tape and of the orders that arrived, and when. It knows tape
 * time only and does nothing by itself; however it is advanced, in whatever steps, the same orders at the same tape
 * times give the same fills.
 */
export interface Exchange {
  readonly now: EpochMs;
  readonly ended: boolean;
  /** The tick it is at. */
  readonly tick: EpochMs;
  /** Something was told that has not been drained. */
  readonly news: boolean;
  /** Without a command nothing will be told before this time; −∞ where that is not known. */
  readonly quietUntil: EpochMs;
  /** Trades so far: a book changes within a tick only when it grows. */
  readonly trades: number;
  readonly path: TapePath;
  readonly owners: readonly Account[];
  /** Lets tape time pass up to `at`, not beyond the end of the tape. */
  advanceTo(at: EpochMs): void;
  submit(arrival: Arrival): Result<VenueOrderId>;
  cancel(account: AccountId, id: ClientOrderId): Result<VenueOrderId>;
  /** Cancels what {@link cancellable} names; the ids in order of arrival. */
  cancelAll(
    account: AccountId,
    includeProtective: boolean,
  ): readonly { id: ClientOrderId; venueOrderId: VenueOrderId }[];
  /** Moves cash from one account to another, at once; refused where the first could not carry its margin without it. */
  transfer(request: TransferRequest): Result<null>;
  /** What was told since the last call. */
  drain(): readonly Told[];
  instruments(venue: VenueId): readonly Instrument[];
  /** True for what somebody holds or has an order on, and for everything that is not an option. */
  isFollowed(instrument: Instrument): boolean;
  quote(instrument: Instrument, tsReceived: EpochMs): Quote;
  /** What {@link quote} would say of its worth. */
  mark(instrument: Instrument): Mark;
  depth(instrument: InstrumentId, levels: number): OrderBook;
  holdings(account: AccountId): Holdings;
  /** The account's margin pools as if orders of these terms had traded in full, at their limits or the marks. */
  preview(account: AccountId, terms: readonly OrderTerms[]): readonly PoolMargin[];
  history(account: AccountId, after: number, most: number): FillPage;
  order(account: AccountId, id: ClientOrderId): VenueOrder | null;
  /** Everything it must not forget. */
  save(): string;
}

function buildWorld(setup: ExchangeSetup, saved: string | null, told: Told[]): { world: World; path: TapePath } {
  const { demo, tape, surface, calibration, seed } = setup;
  const anchor = surface.anchors[tape.id];
  if (!anchor)
    throw new FaultError(fault('surface-anchor', `the surface template has no anchor for the tape "${tape.id}"`));
  const path = tapePath(tape, seed);
  const { recorded } = setup;
  const market = paperMarket({ path, surface, anchor, calibration, seed, recorded });
  const key = marketKey(demo, tape, seed);
  const state = saved === null ? openState(demo, tape, market, key) : decodeState(saved, key);
  const accounts = new Map(demo.accounts.map((one) => [one.id, ownerOf(one)]));
  const terms = setup.terms ?? ((instrument: Instrument) => instrument);
  const instruments = new Map([...listedAt(demo, tape, market, state.now)].map(([id, one]) => [id, terms(one)]));
  const world: World = {
    demo,
    tape,
    market,
    books: bookGrower(market, calibration, seed),
    accounts,
    pools: (account, at) => poolStates(world, account, at),
    state,
    instruments,
    terms,
    isDeliveryFree: setup.isDeliveryFree ?? false,
    working: new Map([...state.orders].filter(([, order]) => !isEnded(order))),
    emit: (venue, event) => told.push({ venue, event }),
  };
  return { world, path };
}

function pageOf(world: World, account: AccountId, after: number, most: number): FillPage {
  const { forgotten } = accountOf(world.state, account);
  if (after < forgotten) {
    const message = `the venue no longer keeps the history of ${account} before line ${forgotten}; ${after} was asked for`;
    throw new FaultError(fault('history-gone', message, { account, forgotten }));
  }
  const lines = world.state.history.filter((line) => line.seq > after && line.account === account).slice(0, most);
  const fills = lines.flatMap((line): Fill[] => (line.fill ? [line.fill] : []));
  const funding = lines.flatMap((line): FundingPayment[] => (line.payment ? [line.payment] : []));
  return { fills, funding, next: lines.length === 0 ? null : String(lines.at(-1)?.seq) };
}

function quoteOf(world: World, instrument: Instrument, tsReceived: EpochMs): Quote {
  const at = tickOf(world.state.now);
  const { mark, markVol, forward, index, funding8h } = world.market.mark(instrument, at);
  const { bids, asks } = world.books.sides(instrument, at, world.state.taken.get(instrument.id), 1);
  const [bid, ask] = [bids[0], asks[0]];
  return {
    instrument: instrument.id,
    bid: bid?.price ?? null,
    bidSize: bid?.size ?? 0,
    ask: ask?.price ?? null,
    askSize: ask?.size ?? 0,
    mark,
    markVol,
    forward,
    index,
    funding8h,
    tsEvent: at,
    tsReceived,
  };
}

function holdingsOf(world: World, id: AccountId): Holdings {
  const account = accountOf(world.state, id);
  const owner = world.accounts.get(id);
  if (!owner) throw new FaultError(fault('unknown-account', `account "${id}" is not at this venue`, { account: id }));
  return {
    owner,
    balances: [...account.cash].map(([currency, cash]) => ({ account: id, currency, cash })),
    positions: [...account.positions.values()],
    openOrders: [...world.working.values()].filter((one) => one.terms.account === id).map(toVenueOrder),
    pools: poolMargins(world, account, owner, tickOf(world.state.now)),
  };
}

function previewOf(world: World, holdings: Holdings, terms: readonly OrderTerms[]): readonly PoolMargin[] {
  const { owner } = holdings;
  const at = tickOf(world.state.now);
  let account = accountOf(world.state, owner.id);
  for (const { instrument: id, side, quantity, limit } of terms) {
    const instrument = world.instruments.get(id);
    if (!instrument) throw new FaultError(fault('unknown-instrument', `${id} is not listed`, { instrument: id }));
    const { mark } = world.market.mark(instrument, at);
    const signed = side === 'buy' ? quantity : negate(quantity);
    account = supposing(account, { account: owner.id, instrument, quantity: signed, limit, mark });
  }
  return poolMargins(world, account, owner, at);
}

function isFollowed(world: World, { id, kind }: Instrument): boolean {
  if (kind !== 'option') return true;
  for (const { positions } of world.state.accounts.values()) {
    const held = positions.get(id);
    if (held && !isZero(held.quantity)) return true;
  }
  for (const order of world.working.values()) if (order.terms.instrument === id) return true;
  return false;
}

/** Opens the exchange: at the start of the tape, or where a saved state stopped. */
export function createExchange(setup: ExchangeSetup, saved: string | null): Exchange {
  const told: Told[] = [];
  const { world, path } = buildWorld(setup, saved, told);
  const watch = marginWatch(world);
  const { state } = world;
  const { tape } = setup;
  const samplesPremiums = setup.demo.accounts.some((one) => one.venue === HYPERLIQUID);

  const step = (tick: EpochMs) => {
    state.now = tick;
    stepSettlement(world, tick);
    stepFunding(world, tick);
    if (world.working.size > 0) watch.doubt();
    stepOrders(world, tick);
    watch.step(tick);
  };
  /**
   * With no order waiting and no margin near its limit nothing happens in between two looks at margins; while it is
   * proven that margins stay far from it, nothing but funding, minute by minute. Nobody pays funding on nothing.
   */
  const nextStep = (now: EpochMs): EpochMs => {
    const provenEvery = watch.provenUntil === Number.POSITIVE_INFINITY && !samplesPremiums ? HOUR : MINUTE;
    const calmEvery = now < watch.provenUntil ? provenEvery : CALM_EVERY;
    const every = world.working.size === 0 && watch.calm ? calmEvery : TICK_MS;
    return Math.floor(now / every) * every + every;
  };
  const listed = (id: InstrumentId) => {
    const instrument = world.instruments.get(id);
    if (instrument) return instrument;
    throw new FaultError(fault('unknown-instrument', `${id} is not listed`, { instrument: id }));
  };
  return {
    get now() {
      return state.now;
    },
    get ended() {
      return state.now >= tape.to;
    },
    get tick() {
      return tickOf(state.now);
    },
    get news() {
      return told.length > 0;
    },
    get quietUntil() {
      return world.working.size === 0 && watch.calm ? watch.provenUntil : Number.NEGATIVE_INFINITY;
    },
    get trades() {
      return state.nextTrade - 1;
    },
    path,
    owners: [...world.accounts.values()],
    advanceTo: (at) => {
      const end = Math.min(at, tape.to);
      let tick = nextStep(state.now);
      for (; tick <= end; tick = nextStep(tick)) step(tick);
      state.now = Math.max(state.now, end);
    },
    submit: (arrival) => {
      watch.wake();
      return arrive(world, arrival, state.now);
    },
    cancel: (account, id) => cancel(world, account, id),
    cancelAll: (account, includeProtective) =>
      cancellable(world, account, includeProtective).map(({ id, venueOrderId }) => {
        cancel(world, account, id);
        return { id, venueOrderId };
      }),
    transfer: (request) => {
      watch.wake();
      return transfer(world, request, tickOf(state.now));
    },
    drain: () => told.splice(0),
    instruments: (venue) => [...world.instruments.values()].filter((one) => one.venue === venue),
    isFollowed: (instrument) => isFollowed(world, instrument),
    quote: (instrument, tsReceived) => quoteOf(world, instrument, tsReceived),
    mark: (instrument) => world.market.mark(instrument, tickOf(state.now)),
    depth: (id, levels) => {
      const at = tickOf(state.now);
      const sides = world.books.sides(listed(id), at, state.taken.get(id), levels);
      return { instrument: id, bids: sides.bids, asks: sides.asks, at };
    },
    holdings: (account) => holdingsOf(world, account),
    preview: (account, terms) => previewOf(world, holdingsOf(world, account), terms),
    history: (account, after, most) => pageOf(world, account, after, most),
    order: (account, id) => {
      const order = state.orders.get(id);
      return order && order.terms.account === account ? toVenueOrder(order) : null;
    },
    save: () => encodeState(state),
  };
}
