import { judge } from '#main/engine/gate/gate.ts';
import type { Denial, GateContext } from '#main/engine/gate/verdict.ts';
import { DEFAULT_LIMITS } from '#main/engine/limits.ts';
import { DEFAULT_BUDGET, type Mandate, UNUSED } from '#shared/domain/automation.ts';
import { applyEvent, type Book, emptyBook } from '#shared/domain/book.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Order, OrderRequest } from '#shared/domain/order.ts';
import { flat } from '#shared/domain/position.ts';
import type { Quote } from '#shared/market/quote.ts';
import { decimal, ZERO } from '#shared/units/decimal.ts';
import { FUTURE, INVERSE_PERPETUAL, LINEAR_PERPETUAL, order, SPOT } from '#test/support/domain.ts';
import { ACCOUNT, PUT, request, START } from '#test/support/engine-room.ts';

const INSTRUMENTS: readonly Instrument[] = [INVERSE_PERPETUAL, LINEAR_PERPETUAL, SPOT, FUTURE, PUT];

export function book(
  position: string,
  orders: readonly Partial<Order>[] = [],
  instrument: Instrument = LINEAR_PERPETUAL,
): Book {
  const made = emptyBook();
  applyEvent(made, { type: 'instruments-listed', instruments: INSTRUMENTS }, 0);
  const held = { ...flat(ACCOUNT.id, instrument.id), quantity: decimal(position), entry: decimal('7000') };
  applyEvent(made, { type: 'account-opened', account: ACCOUNT, balances: [], positions: [held] }, 0);
  for (const [at, more] of orders.entries()) {
    made.orders.set(`o${at}`, order({ instrument: instrument.id, state: 'ACKED', id: `o${at}`, ...more }));
  }
  return made;
}

export function quoteOf(instrument: Instrument, mark: number, more: Partial<Quote> = {}): Quote {
  return {
    instrument: instrument.id,
    bid: mark,
    bidSize: 1,
    ask: mark,
    askSize: 1,
    mark,
    markVol: null,
    forward: 7000,
    index: 7000,
    funding8h: null,
    tsEvent: START,
    tsReceived: START,
    ...more,
  };
}

export function context(more: Partial<GateContext> = {}): GateContext {
  return {
    now: START,
    limits: DEFAULT_LIMITS,
    book: book('0'),
    trading: { state: 'ACTIVE', reason: { code: 'active', message: '' }, reductions: true, conditions: [] },
    keys: {
      state: 'ARMED',
      reason: { code: 'armed', message: '' },
      accounts: [ACCOUNT.id],
      budget: DEFAULT_LIMITS.arming.budget,
      usedUsd: ZERO,
      leftUsd: ZERO,
      until: START,
    },
    armedOrdersInLastMinute: 0,
    mandate: null,
    account: ACCOUNT,
    instrument: LINEAR_PERPETUAL,
    venue: {
      status: 'live',
      reconciled: true,
      capabilities: {
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
      },
    },
    venueTime: START,
    quote: { quote: quoteOf(LINEAR_PERPETUAL, 7000), ageMs: 0, stale: false },
    recent: [],
    pending: [],
    pendingUsd: ZERO,
    ...more,
  };
}

export function denial(more: Partial<OrderRequest>, within: Partial<GateContext> = {}): Denial | null {
  return judge(request(more), context(within)).denial;
}

export function codeOf(more: Partial<OrderRequest>, within: Partial<GateContext> = {}): string | null {
  return denial(more, within)?.code ?? null;
}

/** A rule that may hedge BTC by itself, within 100,000 USD an order, a million in all and 50 orders. */
export const MANDATE: Mandate = {
  rule: {
    controller: 'delta-hedger',
    underlying: 'BTC',
    accounts: null,
    level: 'automatic',
    dryRun: false,
    budget: DEFAULT_BUDGET,
    hours: null,
    coolDownMs: 1000,
  },
  use: UNUSED,
};
