// A wanted exposure becomes one order a venue, the cheapest way by their books; what nobody takes, and legs that do not
// come to the same end, are said.
import { describe, expect, it } from 'vitest';
import type { RouteGround } from '#main/session/route-preview.ts';
import { routeTicket, ticketOf } from '#main/session/routed-ticket.ts';
import { outcomeOf } from '#renderer/features/ticket/outcome-words.ts';
import { applyEvent, emptyBook } from '#shared/domain/book.ts';
import type { Perpetual } from '#shared/domain/instrument.ts';
import type { Order, OrderState } from '#shared/domain/order.ts';
import type { Level } from '#shared/market/order-book.ts';
import type { Quote } from '#shared/market/quote.ts';
import { decimal } from '#shared/units/decimal.ts';
import { ok } from '#shared/units/result.ts';
import { LINEAR_PERPETUAL, order } from '#test/support/domain.ts';

const AT = Date.UTC(2020, 2, 12, 9);
const HERE = LINEAR_PERPETUAL;
const THERE: Perpetual = { ...LINEAR_PERPETUAL, id: 'hyperliquid-paper:BTC', venue: 'hyperliquid-paper', name: 'BTC' };
const ACCOUNTS = [
  { id: 'options', venue: HERE.venue, name: 'Options', rules: 'deribit-standard' as const },
  { id: 'perps', venue: THERE.venue, name: 'Perps', rules: 'hyperliquid' as const },
];

function ground(asks: Readonly<Record<string, readonly Level[]>>): RouteGround {
  const book = emptyBook();
  applyEvent(book, { type: 'instruments-listed', instruments: [HERE, THERE] }, AT);
  for (const account of ACCOUNTS)
    applyEvent(book, { type: 'account-opened', account, balances: [], positions: [], asOf: AT }, AT);
  const quote = (instrument: string): Quote => ({
    instrument, bid: 6_999, bidSize: 1, ask: 7_001, askSize: 1, mark: 7_000, markVol: null, forward: 7_000, index: 7_000, funding8h: 0,
    tsEvent: AT, tsReceived: AT,
  }); // biome-ignore format: one glance
  const venues = ACCOUNTS.map(({ venue, id }) => ({
    venue, kind: 'paper' as const, status: 'live' as const, latencyMs: 1, reason: null, reconciled: true, reconciledAt: AT,
    lastSeen: AT, venueTime: AT, accounts: [id], pools: [],
    drops: { 'not-finite': 0, crossed: 0, older: 0, 'not-positive': 0, unlisted: 0 },
  })); // biome-ignore format: one glance
  return {
    journal: { book },
    engine: {
      venues,
      depth: async (instrument) =>
        ok({ instrument, at: AT, bids: [{ price: 6_999, size: 5 }], asks: asks[instrument] ?? [] }),
    },
    control: { look: () => null, motion: () => null },
    market: () => ({
      asOf: AT,
      index: new Map([['BTC', 7_000]]),
      quotes: new Map([HERE, THERE].map(({ id }) => [id, quote(id)])),
    }),
  };
}

describe('an exposure across venues', () => {
  // Both charge the same fee, so the cheapest way takes the levels in the order of their prices.
  const split = ground({
    [HERE.id]: [
      { price: 7_001, size: 1 },
      { price: 7_004, size: 5 },
    ],
    [THERE.id]: [
      { price: 7_002, size: 0.5 },
      { price: 7_003, size: 1 },
      { price: 7_010, size: 9 },
    ],
  });

  it('takes the best levels wherever they are, one order a venue', async () => {
    const { legs, problems, route } = await routeTicket(split, 'buy 2.5 btc across');
    expect(problems).toEqual([]);
    const found = legs.map(({ request, instrument }) => [request.account, instrument.id, Number(request.quantity)]);
    expect(found.sort()).toEqual([
      ['options', HERE.id, 1],
      ['perps', THERE.id, 1.5],
    ]);
    expect(route).toMatchObject({ inLine: true, unplacedCoins: 0 });
    const requests = await ticketOf(split, 'buy 2.5 btc across');
    expect(requests.every((one) => one.side === 'buy' && one.type === 'market')).toBe(true);
  });

  it('stands beside other legs, each with its part of the line', async () => {
    const { legs, route } = await routeTicket(split, 'buy 2.5 btc across; sell 1 btc perp on perps');
    expect(legs.map((one) => one.part)).toEqual([0, 0, 1]);
    expect(route).toBeNull();
  });

  it('says how much finds nobody, and refuses where nobody takes any', async () => {
    const { route } = await routeTicket(ground({ [HERE.id]: [{ price: 7_001, size: 1 }] }), 'buy 4 btc across');
    expect(route?.unplacedCoins).toBeCloseTo(3, 9);
    const { legs, problems } = await routeTicket(ground({}), 'buy 4 btc across');
    expect(legs).toEqual([]);
    expect(problems.map((one) => one.word)).toEqual(['across']);
    await expect(ticketOf(ground({}), 'buy 4 btc across')).rejects.toThrow(/no venue takes/);
  });
});

describe('what became of legs', () => {
  const leg = (state: OrderState, filled = '0'): Order => ({ ...order(), state, filled: decimal(filled) });

  it('is complete only when all traded in full', () => {
    expect(outcomeOf([leg('FILLED', '1'), leg('FILLED', '1')])).toEqual({
      severity: 'ok',
      sentence: 'All 2 legs traded in full.',
    });
  });

  it('says what is open, in part, refused and unknown', () => {
    const { severity, sentence } = outcomeOf([
      leg('FILLED', '1'),
      leg('REJECTED'),
      leg('CANCELLED', '0.4'),
      leg('UNKNOWN'),
    ]);
    expect(severity).toBe('watch');
    expect(sentence).toBe(
      '1 of 4 legs traded in full, 1 leg in part, 1 leg not at all, 1 leg UNKNOWN until the venue says: what was wanted is not complete.',
    );
  });

  it('calls nothing incomplete while legs are at work', () => {
    expect(outcomeOf([leg('FILLED', '1'), leg('ACKED')])).toEqual({
      severity: 'note',
      sentence: '1 of 2 legs traded in full, 1 leg at work.',
    });
  });
});
