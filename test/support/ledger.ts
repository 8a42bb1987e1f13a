import type { DomainEvent } from '#shared/domain/events.ts';
import { newHistory, takeEntry } from '#shared/domain/history/history.ts';
import type { PositionRecord } from '#shared/domain/history/record.ts';
import { type Instrument, isPaidFor } from '#shared/domain/instrument.ts';
import { add, type Decimal, multiply, negate, subtract, ZERO } from '#shared/units/decimal.ts';
import type { Currency } from '#shared/units/ids.ts';

function spotFlow(instrument: Instrument, event: DomainEvent, currency: Currency): Decimal {
  if (event.type !== 'fill' || instrument.kind !== 'spot') return ZERO;
  const { quantity, price, fee, feeCurrency } = event.fill;
  const paid = feeCurrency === currency ? negate(fee) : ZERO;
  if (currency === instrument.underlying) return add(quantity, paid);
  return currency === instrument.quote ? subtract(paid, multiply(quantity, price)) : paid;
}

/**
 * What an account's cash in one currency moved by, by Keel's history of its fills and funding: what positions realised,
 * less what is still paid for (the inventory), less fees, plus funding, plus spot. A venue's ledger has to say the same.
 */
export function cashByHistory(
  instruments: readonly Instrument[],
  events: Iterable<DomainEvent>,
  currency: Currency,
): Decimal {
  const history = newHistory('average', () => null);
  takeEntry(history, { seq: 1, at: 0, event: { type: 'instruments-listed', instruments } });
  const records = new Map<string, PositionRecord>();
  let cash: Decimal = ZERO;
  let seq = 1;
  for (const event of events) {
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
  return cash;
}
