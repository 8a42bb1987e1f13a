import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountSnapshot, FillPage, LegResult, VenueAdapter, VenueEvent } from '#main/engine/ports.ts';
import { applyEvent, type Book, emptyBook } from '#shared/domain/book.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { expiryOf, type Instrument } from '#shared/domain/instrument.ts';
import type { Order, OrderRequest } from '#shared/domain/order.ts';
import { flawOf, type Quote } from '#shared/market/quote.ts';
import {
  add,
  decimal,
  isMultipleOf,
  isZero,
  multiply,
  roundToStep,
  sign,
  subtract,
  ZERO,
} from '#shared/units/decimal.ts';
import type { AccountId, InstrumentId } from '#shared/units/ids.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { order as makeOrder } from '#test/support/domain.ts';

/** A venue as the contract needs it: the adapter, time that can be made to pass, and where to trade. */
export interface ContractVenue {
  readonly adapter: VenueAdapter;
  /** Lets engine time pass and promises settle. */
  advance(ms: DurationMs): Promise<void>;
  readonly account: AccountId;
  /** A liquid instrument of the account; not spot. */
  readonly instrument: InstrumentId;
  /** A quantity of it that the book fills at once. */
  readonly quantity: string;
  /** Ends what stands behind the adapter. */
  close?(): Promise<void>;
}

/** Longest that a command's answer may take. */
const ANSWERED: DurationMs = 1_000;

/**
 * What every adapter must do, whatever stands behind it. `open` is called for each test; the venue is not connected.
 * @param trades false: it takes no orders, and only what it tells is held to the contract
 */
export function venueContract(name: string, open: () => Promise<ContractVenue>, trades = true): void {
  describe(`${name} keeps the venue contract`, () => {
    let venue: ContractVenue;
    let events: VenueEvent[];
    let ids = 0;

    beforeEach(async () => {
      venue = await open();
      events = [];
      venue.adapter.subscribe((event) => events.push(event));
    });
    afterEach(async () => {
      await venue.adapter.close();
      await venue.close?.();
    });

    const connected = async () => {
      await settled(venue.adapter.connect());
      await venue.advance(ANSWERED);
    };
    const settled = async <T>(promise: Promise<T>): Promise<T> => {
      const [answer] = await Promise.all([promise, venue.advance(ANSWERED)]);
      return answer;
    };
    const ofType = <T extends VenueEvent['type']>(type: T) =>
      events.filter((event): event is Extract<VenueEvent, { type: T }> => event.type === type);
    const listed = async (): Promise<Instrument> =>
      (await venue.adapter.instruments()).find((one) => one.id === venue.instrument)!;
    const order = (more: Partial<OrderRequest> & Pick<OrderRequest, 'side'>): Order => {
      const own = {
        account: venue.account,
        instrument: venue.instrument,
        quantity: decimal(venue.quantity),
        limit: null,
      };
      const id = `contract-${++ids}`;
      return makeOrder({ ...own, id, group: id, state: 'SENT', ...more });
    };
    const place = (...orders: readonly Order[]): Promise<readonly LegResult[]> =>
      settled(venue.adapter.execute({ type: 'place', orders }));
    /** Far below the market, on the tick. */
    const restingPrice = async () => {
      const { bids } = await venue.adapter.depth(venue.instrument, 1);
      return roundToStep(decimal(bids[0]!.price * 0.9), (await listed()).tick, 'down');
    };
    const marketBuy = () => order({ side: 'buy', type: 'market' });
    const wholeHistory = async () => {
      const pages: FillPage[] = [];
      let cursor: string | null = null;
      for (let i = 0; i < 100; i++) {
        const page: FillPage = await venue.adapter.history(venue.account, cursor);
        pages.push(page);
        if (page.next === null) break;
        cursor = page.next;
      }
      return { fills: pages.flatMap((page) => page.fills), cursor };
    };

    it('answers nothing before it is connected and tells when it is live', async () => {
      await expect(venue.adapter.snapshot(venue.account)).rejects.toThrow();
      const [leg] = await place(order({ side: 'buy', limit: decimal(1) }));
      expect(leg?.outcome).toBe('unknown');
      await connected();
      expect(ofType('status').at(-1)).toMatchObject({ status: 'live', reason: null });
    });

    it('lists instruments of its own that can be traded', async () => {
      await connected();
      const instruments = await venue.adapter.instruments();
      expect(new Set(instruments.map((one) => one.id)).size).toBe(instruments.length);
      for (const one of instruments) {
        expect(one.venue).toBe(venue.adapter.id);
        expect(one.id).toBe(`${one.venue}:${one.name}`);
        expect(Math.min(sign(one.tick), sign(one.lot))).toBe(1);
        expect(expiryOf(one) === null || Number.isFinite(expiryOf(one))).toBe(true);
      }
    });

    it('reports its accounts in full', async () => {
      await connected();
      const accounts = await venue.adapter.accounts();
      expect(accounts.map((one) => one.id)).toContain(venue.account);
      const ids = new Set((await venue.adapter.instruments()).map((one) => one.id));
      for (const account of accounts) {
        const snapshot = await venue.adapter.snapshot(account.id);
        expect(snapshot).toMatchObject({ account, complete: true });
        expect(snapshot.positions.every((one) => one.account === account.id && ids.has(one.instrument))).toBe(true);
        expect(snapshot.balances.every((one) => one.account === account.id)).toBe(true);
      }
      await expect(venue.adapter.snapshot('nobody')).rejects.toThrow();
    });

    it('quotes every instrument, without a flaw, and repeats itself when nothing changes', async () => {
      await connected();
      const count = (await venue.adapter.instruments()).length;
      const last = new Map<InstrumentId, Quote>();
      for (const { quotes } of ofType('quotes')) {
        for (const quote of quotes) {
          expect(flawOf(quote, last.get(quote.instrument)), quote.instrument).toBeNull();
          last.set(quote.instrument, quote);
        }
      }
      expect(last.size).toBe(count);
      events.length = 0;
      await venue.advance(2_000);
      expect(new Set(ofType('quotes').flatMap(({ quotes }) => quotes.map((one) => one.instrument))).size).toBe(count);
    });

    if (!trades) return;

    it('shows a sorted book on ticks and lots that is not crossed', async () => {
      await connected();
      const { tick, lot } = await listed();
      const { bids, asks } = await venue.adapter.depth(venue.instrument, 20);
      expect(bids.length).toBeGreaterThan(0);
      expect(bids[0]!.price).toBeLessThan(asks[0]!.price);
      for (const [levels, way] of [
        [bids, -1],
        [asks, 1],
      ] as const) {
        levels.slice(1).forEach((level, i) => void expect((level.price - levels[i]!.price) * way).toBeGreaterThan(0));
        for (const { price, size } of levels) {
          expect(isMultipleOf(decimal(price), tick)).toBe(true);
          expect(isMultipleOf(decimal(size), lot) && size > 0).toBe(true);
        }
      }
    });

    it('takes an order that rests, shows it, and cancels it once', async () => {
      await connected();
      const resting = order({ side: 'buy', limit: await restingPrice() });
      const [leg] = await place(resting);
      expect(leg).toMatchObject({ outcome: 'accepted', id: resting.id });
      expect(await venue.adapter.orderState(venue.account, resting.id)).toMatchObject({ state: 'ACKED', filled: '0' });
      const { openOrders } = await venue.adapter.snapshot(venue.account);
      expect(openOrders.map((one) => one.clientOrderId)).toEqual([resting.id]);
      const cancel = { type: 'cancel', account: venue.account, order: resting.id } as const;
      expect(await settled(venue.adapter.execute(cancel))).toMatchObject([{ outcome: 'accepted', id: resting.id }]);
      expect(await settled(venue.adapter.execute(cancel))).toMatchObject([{ outcome: 'rejected', id: resting.id }]);
      expect(ofType('order').map((event) => event.order.state)).toEqual(['ACKED', 'CANCELLED']);
      expect((await venue.adapter.snapshot(venue.account)).openOrders).toEqual([]);
    });

    it('amends a resting order where it says it can', async () => {
      await connected();
      const resting = order({ side: 'buy', limit: await restingPrice() });
      await place(resting);
      const { tick } = await listed();
      const [quantity, limit] = [add(resting.quantity, resting.quantity), subtract(resting.limit!, tick)];
      const amend = { type: 'amend', account: venue.account, order: resting.id, quantity, limit } as const;
      const [leg] = await settled(venue.adapter.execute(amend));
      const able = venue.adapter.capabilities().amend;
      expect(leg).toMatchObject({ outcome: able ? 'accepted' : 'rejected', id: resting.id });
      expect(await venue.adapter.orderState(venue.account, resting.id)).toMatchObject({ state: 'ACKED', filled: '0' });
      const { openOrders } = await venue.adapter.snapshot(venue.account);
      expect(openOrders.map((one) => one.clientOrderId)).toEqual([resting.id]);
    });

    it('previews margin where it says it can, and sends nothing', async () => {
      await connected();
      const first = await venue.adapter.snapshot(venue.account);
      const held = first.positions.find((one) => one.instrument === venue.instrument)?.quantity ?? ZERO;
      const quantity = multiply(decimal(venue.quantity), decimal(4));
      // More of what is held; an option that is not held is sold.
      const orders = [{ ...order({ side: sign(held) > 0 ? 'buy' : 'sell', type: 'market' }), quantity }];
      const asked = settled(venue.adapter.preview(venue.account, orders));
      if (!venue.adapter.capabilities().preview) {
        await expect(asked).rejects.toThrow();
        return;
      }
      const { pools } = await asked;
      const { settlement } = await listed();
      const after = pools.find((one) => one.currency === settlement);
      const snapshot = await venue.adapter.snapshot(venue.account);
      const before = snapshot.pools.find((one) => one.currency === settlement);
      expect(after?.initialMargin).toBeGreaterThan(before?.initialMargin ?? 0);
      expect(snapshot.openOrders).toEqual([]);
      await expect(settled(venue.adapter.preview('nobody', orders))).rejects.toThrow();
    });

    it('tells Greeks of its own where it says it does', async () => {
      await connected();
      const options = (await venue.adapter.instruments()).filter((one) => one.kind === 'option');
      const told = options.flatMap((one) => venue.adapter.greeks(one.id) ?? []);
      expect(told).toHaveLength(venue.adapter.capabilities().greeks ? options.length : 0);
      for (const { delta, gamma } of told) expect(Math.abs(delta) <= 1 && gamma >= 0).toBe(true);
    });

    it('cancels all that works', async () => {
      await connected();
      const limit = await restingPrice();
      const orders = [order({ side: 'buy', limit }), order({ side: 'buy', limit })];
      await place(...orders);
      const legs = await settled(
        venue.adapter.execute({ type: 'cancel-all', account: venue.account, includeProtective: true }),
      );
      expect(legs.map((one) => one.id).sort()).toEqual(orders.map((one) => one.id).sort());
      expect((await venue.adapter.snapshot(venue.account)).openOrders).toEqual([]);
    });

    it('fills agree with the order, the snapshot and the history', async () => {
      await connected();
      const before = await venue.adapter.snapshot(venue.account);
      const { cursor } = await wholeHistory();
      const bought = marketBuy();
      await place(bought);
      const fills = ofType('fill').map((event) => event.fill);
      const state = await venue.adapter.orderState(venue.account, bought.id);
      expect(state?.state).toBe('FILLED');
      expect(fills.reduce((sum, fill) => add(sum, fill.quantity), ZERO)).toBe(state?.filled);
      expect(fills.every((fill) => fill.order === bought.id && fill.cause === 'order')).toBe(true);
      const after = await venue.adapter.snapshot(venue.account);
      expect(totals(after)).toEqual(totals(folded(before, await venue.adapter.instruments(), fills)));
      const page = await venue.adapter.history(venue.account, cursor);
      expect(page.fills).toEqual(fills);
    });

    it('tells history once, oldest first, and goes on from a cursor', async () => {
      await connected();
      await place(marketBuy());
      await place({ ...marketBuy(), side: 'sell' });
      const { fills, cursor } = await wholeHistory();
      expect(fills).toEqual(ofType('fill').map((event) => event.fill));
      expect(new Set(fills.map((fill) => fill.trade)).size).toBe(fills.length);
      expect(fills.every((fill, i) => i === 0 || fill.at >= fills[i - 1]!.at)).toBe(true);
      expect(await venue.adapter.history(venue.account, cursor)).toMatchObject({ fills: [], next: null });
    });

    it('answers each leg for itself, in order, and refuses without throwing', async () => {
      await connected();
      const limit = await restingPrice();
      const good = order({ side: 'buy', limit });
      const bad = order({ side: 'buy', limit, instrument: `${venue.adapter.id}:NOTHING` });
      const last = order({ side: 'buy', limit });
      const legs = await place(good, bad, last);
      expect(legs.map((one) => [one.id, one.outcome])).toEqual([
        [good.id, 'accepted'],
        [bad.id, 'rejected'],
        [last.id, 'accepted'],
      ]);
      expect(legs[1]).toMatchObject({ reason: { code: expect.any(String), message: expect.any(String) } });
    });

    it('takes the same order once, however often it is sent', async () => {
      if (!venue.adapter.capabilities().idempotent) return;
      await connected();
      const bought = marketBuy();
      const first = await place(bought);
      const count = ofType('fill').length;
      expect(await place(bought)).toEqual(first);
      expect(ofType('fill')).toHaveLength(count);
      const [leg] = await place({ ...bought, quantity: add(bought.quantity, bought.quantity) });
      expect(leg?.outcome).toBe('rejected');
    });

    it('proves that an order never came', async () => {
      await connected();
      expect(await venue.adapter.orderState(venue.account, 'never-sent')).toBeNull();
    });

    it('tells nothing more to who has gone', async () => {
      let heard = 0;
      const leave = venue.adapter.subscribe(() => void heard++);
      await connected();
      leave();
      heard = 0;
      await place(marketBuy());
      expect(heard).toBe(0);
    });
  });
}

/** What a snapshot becomes by these fills. */
function folded(snapshot: AccountSnapshot, instruments: readonly Instrument[], fills: readonly Fill[]): Book {
  const book = emptyBook();
  const { account, balances } = snapshot;
  const positions = snapshot.positions.map((one) => ({ ...one, realised: ZERO, fees: ZERO, funding: ZERO }));
  applyEvent(book, { type: 'instruments-listed', instruments }, 0);
  applyEvent(book, { type: 'account-opened', account, balances, positions }, 0);
  for (const fill of fills) applyEvent(book, { type: 'fill', fill: { ...fill, order: null } }, 0);
  return book;
}

/** Cash and positions that are not nil, sorted. */
function totals(held: AccountSnapshot | Book): readonly string[] {
  const cash = [...held.balances.values()].map((one) => `${one.currency} ${one.cash}`);
  const positions = [...held.positions.values()]
    .filter((one) => !isZero(one.quantity))
    .map((one) => `${one.instrument} ${one.quantity} @ ${one.entry}`);
  return [...cash, ...positions].sort();
}
