import { add, type Decimal, negate, ZERO } from '#shared/units/decimal.ts';
import type { DayPnl } from './daily.ts';

/** What was booked in a day of UTC over all accounts and instruments, USD. What is still open is not in it. */
export interface BookedDay {
  /** "2020-03-12". */
  readonly day: string;
  /** Changes of quantity. */
  readonly trades: number;
  readonly realised: Decimal;
  /** Fees less rebates; positive = paid. */
  readonly fees: Decimal;
  /** Positive = received. */
  readonly funding: Decimal;
  /** realised − fees + funding. */
  readonly net: Decimal;
  /** Instruments of an account that are left out: a rate to the dollar was not known then. */
  readonly unknown: number;
}

function withRow(booked: BookedDay, { trades, realised, fees, funding }: DayPnl): BookedDay {
  if (realised.usd === null || fees.usd === null || funding.usd === null)
    return { ...booked, unknown: booked.unknown + 1 };
  const net = add(add(realised.usd, negate(fees.usd)), funding.usd);
  return {
    ...{ ...booked, trades: booked.trades + trades, realised: add(booked.realised, realised.usd) },
    ...{ fees: add(booked.fees, fees.usd), funding: add(booked.funding, funding.usd), net: add(booked.net, net) },
  };
}

/** Rows of {@link DayPnl} by day, in the order in which the days come. */
export function bookedDays(rows: Iterable<DayPnl>): readonly BookedDay[] {
  const days = new Map<string, BookedDay>();
  for (const row of rows) {
    const day = new Date(row.day).toISOString().slice(0, 10);
    const nothing = { trades: 0, realised: ZERO, fees: ZERO, funding: ZERO, net: ZERO, unknown: 0 };
    days.set(day, withRow(days.get(day) ?? { day, ...nothing }, row));
  }
  return [...days.values()];
}
