import type { DomainEvent } from '#shared/domain/events.ts';
import { decimal, toNumber } from '#shared/units/decimal.ts';
import { MINUTE } from '#shared/units/time.ts';
import { type Desk, openDesk, plainResources } from '#test/fixtures/paper/market.ts';
import { cashByHistory } from '#test/support/ledger.ts';
import { countEvents } from '#test/venues/simulator/ledger.ts';
import type { Troubles } from '#test/venues/simulator/troubles.ts';
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

function byHistory(start: Desk, desk: Desk, account: string, currency: string): number {
  const instruments = ['deribit-paper', 'hyperliquid-paper'].flatMap((venue) => start.exchange.instruments(venue));
  return toNumber(cashByHistory(instruments, eventsOf(desk, account), currency));
}

/** How far the history's cash of a seeded session is from the venue's ledger, in half cents; at worst. */
function gapOf(desk: Desk, seed: number): number {
  const start = openDesk(plainResources([10_000]), null, seed);
  const gaps = ACCOUNTS.flatMap((account) =>
    CURRENCIES.map((currency) => {
      const gap = Math.abs(ledger(start, desk, account, currency) - byHistory(start, desk, account, currency));
      return gap / (CENT[currency] ?? 1);
    }),
  );
  return Math.max(...gaps);
}

/** Half of a millionth of a dollar, the least that is booked, in half cents. */
const LEAST = 1e-4;

/** One seeded session over the paper venues; throws where the history's cash is not their ledger. */
export async function reconcilePaper(seed: number, seen: Troubles): Promise<void> {
  const desk = play(seed);
  for (const account of ACCOUNTS) countEvents(seen, eventsOf(desk, account));
  const gap = gapOf(desk, seed);
  if (!(gap < LEAST)) throw new Error(`seed ${seed}: ${gap / 2} cents apart`);
}

/** Seeded sessions over the paper venues: in how many the history's cash is a cent or more from the venue's ledger. */
export function reconciledSessions(sessions: number): Figures {
  let [apart, worst] = [0, 0];
  for (let seed = 1; seed <= sessions; seed += 1) {
    const gap = gapOf(play(seed), seed);
    worst = Math.max(worst, gap);
    if (!(gap < 1)) apart += 1;
  }
  return { history_sessions: sessions, history_sessions_apart: apart, history_worst_gap_cents: worst / 2 };
}
