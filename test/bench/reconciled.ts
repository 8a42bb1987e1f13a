import type { DomainEvent } from '#shared/domain/events.ts';
import { newHistory, takeEntry } from '#shared/domain/history/history.ts';
import type { PositionRecord } from '#shared/domain/history/record.ts';
import { type Instrument, isPaidFor } from '#shared/domain/instrument.ts';
import { add, type Decimal, decimal, multiply, negate, subtract, toNumber, ZERO } from '#shared/units/decimal.ts';
import { MINUTE } from '#shared/units/time.ts';
import { type Desk, openDesk, plainResources } from '#test/fixtures/paper/market.ts';
import type { Figures } from './figures.ts';
import { seeded } from './seeded.ts';

const ACCOUNTS = ['options', 'perps'] as const;
const CURRENCIES = ['BTC', 'USDC'] as const;
const TRADED = ['deribit-paper:BTC-PERPETUAL', 'deribit-paper:BTC_USDC-PERPETUAL', 'deribit-paper:BTC-12MAR20-10000-C', 'deribit-paper:BTC_USDC-12MAR20-10000-P', 'deribit-paper:BTC-12MAR20', 'deribit-paper:BTC_USDC', 'hyperliquid-paper:BTC']; // biome-ignore format: one list
const ORDERS = 40;
/** A cent, and the same in coin at 10,000. */
const CENT: Readonly<Record<string, number>> = { USDC: 0.005, BTC: 0.000_000_5 };

/** Trades at random over the morning's expiry, with funding and what liquidations there are. */
function play(seed: number): Desk {
  const random = seeded(seed);
  let price = 10_000;
  const prices = Array.from({ length: 20 }, () => {
    price *= 1 + (random() - 0.5) * 0.06;
    return Math.round(price);
  });
  const desk = openDesk(plainResources(prices), null, seed);
  for (let at = 0; at < ORDERS; at += 1) {
    const instrument = TRADED[Math.floor(random() * TRADED.length)] ?? '';
    const isInverse = /BTC-PERPETUAL|BTC-12MAR20$/.test(instrument);
    const quantity = decimal(isInverse ? 10 * Math.ceil(random() * 3_000) : Math.ceil(random() * 20) / 10);
    desk.send(`s${at}`, { instrument, side: random() < 0.5 ? 'buy' : 'sell', quantity, type: 'market' });
    desk.pass(5 * MINUTE);
  }
  return desk;
}

/** What the venue's ledger moved by, account and currency. */
function ledger(start: Desk, desk: Desk, account: string, currency: string): number {
  return desk.cash(account, currency) - start.cash(account, currency);
}

/** Every event the venue told of an account as the journal takes it. */
function* eventsOf(desk: Desk, account: string): Generator<DomainEvent> {
  for (const { event } of desk.told) {
    if (event.type === 'fill' && event.fill.account === account) yield { type: 'fill', fill: event.fill };
    if (event.type === 'funding' && event.payment.account === account)
      yield { type: 'funding', payment: event.payment };
  }
}

function spotFlow(instrument: Instrument, event: DomainEvent, currency: string): Decimal {
  if (event.type !== 'fill' || instrument.kind !== 'spot') return ZERO;
  const { quantity, price, fee, feeCurrency } = event.fill;
  const paid = feeCurrency === currency ? negate(fee) : ZERO;
  if (currency === instrument.underlying) return add(quantity, paid);
  return currency === instrument.quote ? subtract(paid, multiply(quantity, price)) : paid;
}

/** Cash by the history: what positions realised, less what is still paid for, less fees, plus funding, plus spot. */
function byHistory(start: Desk, desk: Desk, account: string, currency: string): number {
  const history = newHistory('average', () => null);
  const instruments = ['deribit-paper', 'hyperliquid-paper'].flatMap((venue) => start.exchange.instruments(venue));
  takeEntry(history, { seq: 1, at: 0, event: { type: 'instruments-listed', instruments } });
  const records = new Map<string, PositionRecord>();
  let cash: Decimal = ZERO;
  let seq = 1;
  for (const event of eventsOf(desk, account)) {
    seq += 1;
    for (const one of takeEntry(history, { seq, at: 0, event }).positions) records.set(one.id, one);
    const traded = event.type === 'fill' ? history.instruments.get(event.fill.instrument) : undefined;
    if (traded !== undefined) cash = add(cash, spotFlow(traded, event, currency));
  }
  for (const one of records.values()) {
    const instrument = history.instruments.get(one.instrument);
    if (instrument === undefined || one.settlement !== currency) continue;
    const inventory = isPaidFor(instrument) ? negate(one.cost) : ZERO;
    const booked = add(subtract(one.realised.amount, one.fees.amount), one.funding.amount);
    cash = add(cash, add(booked, inventory));
  }
  return toNumber(cash);
}

/** Seeded sessions over the paper venues: in how many the history's cash is a cent or more from the venue's ledger. */
export function reconciledSessions(sessions: number): Figures {
  let [apart, worst] = [0, 0];
  for (let seed = 1; seed <= sessions; seed += 1) {
    const desk = play(seed);
    const start = openDesk(plainResources([10_000]), null, seed);
    const gaps = ACCOUNTS.flatMap((account) =>
      CURRENCIES.map((currency) => {
        const gap = Math.abs(ledger(start, desk, account, currency) - byHistory(start, desk, account, currency));
        return gap / (CENT[currency] ?? 1);
      }),
    );
    const most = Math.max(...gaps);
    worst = Math.max(worst, most);
    if (!(most < 1)) apart += 1;
  }
  return { history_sessions: sessions, history_sessions_apart: apart, history_worst_gap_cents: worst / 2 };
}
