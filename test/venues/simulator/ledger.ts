import type { FillPage, VenueAdapter } from '#main/engine/ports.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import { type SeededStream, seededStream } from '#shared/market/seeded.ts';
import { type Decimal, decimal, subtract, toNumber, ZERO } from '#shared/units/decimal.ts';
import { type Currency, instrumentId } from '#shared/units/ids.ts';
import { MINUTE } from '#shared/units/time.ts';
import { plainResources } from '#test/fixtures/paper/market.ts';
import { order } from '#test/support/domain.ts';
import { cashByHistory } from '#test/support/ledger.ts';
import type { Troubles } from './troubles.ts';

const ORDERS = 6;
/** Half of what a venue's ledger shows: a satoshi, a millionth of a dollar. */
const HALF: Readonly<Record<Currency, number>> = { BTC: 5e-9, USDC: 5e-7 };

interface Stage {
  readonly venue: { readonly adapter: VenueAdapter };
  readonly simulator: { readonly exchange: Exchange; jump(by: number): void };
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** A venue on its simulator: what is traded there in which lots, and whose account the ledger is of. */
export interface Place {
  readonly venue: string;
  readonly core: string;
  readonly traded: readonly (readonly [name: string, lot: number])[];
  open(setup: { readonly resources: PaperResources; readonly seed: number; readonly within: true }): Promise<Stage>;
}

/** Over the hour's funding and the morning's expiry; six hours in all. */
function market(draw: SeededStream): PaperResources {
  let price = 10_000;
  return plainResources(
    Array.from({ length: 24 }, () => {
      price *= 1 + (draw.uniform() - 0.5) * 0.04;
      return Math.round(price);
    }),
  );
}

async function during<T>(stage: Stage, promise: Promise<T>): Promise<T> {
  const [answer] = await Promise.all([promise, stage.advance(600)]);
  return answer;
}

async function wholeHistory(stage: Stage): Promise<readonly DomainEvent[]> {
  const events: (DomainEvent & { readonly at: number })[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: FillPage = await during(stage, stage.venue.adapter.history('main', cursor));
    for (const fill of page.fills) events.push({ type: 'fill', fill: { ...fill, order: null }, at: fill.at });
    for (const payment of page.funding) events.push({ type: 'funding', payment, at: payment.at });
    if (page.next === null || page.next === cursor) break;
    cursor = page.next;
  }
  return events.toSorted((a, b) => a.at - b.at);
}

async function trade(stage: Stage, { venue, traded }: Place, id: string, draw: SeededStream): Promise<void> {
  const [name, lot] = traded[Math.floor(draw.uniform() * traded.length)] ?? ['', 0];
  const quantity = decimal((lot * Math.ceil(draw.uniform() * 5)).toFixed(6));
  const side = draw.uniform() < 0.5 ? 'buy' : 'sell';
  const what = { id, group: id, account: 'main', instrument: instrumentId(venue, name), side, quantity } as const;
  const orders = [order({ ...what, type: 'market', limit: null, state: 'SENT' })];
  await during(stage, stage.venue.adapter.execute({ type: 'place', orders }));
  stage.simulator.jump(Math.floor(draw.uniform() * 40) * MINUTE);
  await stage.advance(300);
}

/** What Keel and the venue say a currency moved by. */
interface Moved {
  readonly currency: Currency;
  readonly keel: Decimal;
  readonly venue: Decimal;
}

type Outcome = { readonly moved: readonly Moved[]; readonly events: readonly DomainEvent[] };

/** Trades at random; answers what moved, and all that happened. */
async function session(place: Place, seed: number): Promise<Outcome> {
  const draw = seededStream(seed, 11);
  const stage = await place.open({ resources: market(draw), seed, within: true });
  const cash = () => stage.simulator.exchange.holdings(place.core).balances;
  try {
    const { adapter } = stage.venue;
    adapter.subscribe(() => undefined);
    await during(stage, adapter.connect());
    const before = new Map(cash().map((one) => [one.currency, one.cash]));
    const instruments = await during(stage, adapter.instruments());
    stage.simulator.jump(75 * MINUTE);
    for (let at = 0; at < ORDERS; at += 1) await trade(stage, place, `ledger-${seed}-${at}`, draw);
    const events = await wholeHistory(stage);
    const moved = cash().map(({ currency, cash: after }) => ({
      ...{ currency, venue: subtract(after, before.get(currency) ?? ZERO) },
      keel: cashByHistory(instruments, events, currency),
    }));
    return { moved, events };
  } finally {
    await stage.close();
  }
}

/** Counts what there was to reconcile. */
export function countEvents(seen: Troubles, events: Iterable<DomainEvent>): void {
  const add = (kind: string): void => {
    seen[kind] = (seen[kind] ?? 0) + 1;
  };
  for (const event of events) {
    if (event.type === 'funding') add('funding');
    else if (event.type === 'fill') add(event.fill.cause === 'settlement' ? 'settlements' : 'fills');
  }
}

/**
 * Trades the session of a seed over the venue's wire, in this process; throws where the history's cash is not the
 * venue's ledger to the last digit the venue books.
 */
export async function reconcile(place: Place, seed: number, seen: Troubles): Promise<void> {
  const { moved, events } = await session(place, seed);
  countEvents(seen, events);
  for (const one of moved) {
    const apart = Math.abs(toNumber(subtract(one.venue, one.keel)));
    if (!(apart < (HALF[one.currency] ?? 0))) throw new Error(`seed ${seed}: ${JSON.stringify(one)}`);
  }
}
