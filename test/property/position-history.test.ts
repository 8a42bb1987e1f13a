// Money does not appear or vanish in the history: whatever is traded, however lots are chosen.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEvent, emptyBook, positionOf } from '#shared/domain/book.ts';
import type { DomainEvent, JournalEntry } from '#shared/domain/events.ts';
import { newHistory, type PositionHistory, takeEntry, unrealisedOf } from '#shared/domain/history/history.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import type { PositionChange, PositionRecord } from '#shared/domain/history/record.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { profit } from '#shared/domain/position.ts';
import {
  add,
  type Decimal,
  decimal,
  divide,
  multiply,
  negate,
  subtract,
  toNumber,
  ZERO,
} from '#shared/units/decimal.ts';
import { fill, INVERSE_PERPETUAL, LINEAR_PERPETUAL, option } from '#test/support/domain.ts';

const OPTION = option(6000, 'put');
const INSTRUMENTS: readonly Instrument[] = [LINEAR_PERPETUAL, INVERSE_PERPETUAL, OPTION];
const RULES: readonly LotRule[] = ['fifo', 'lifo', 'average', { specific: new Map([[5, [3, 2]], [8, [7]]]) }]; // biome-ignore format: one glance

interface Step {
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  readonly funding: number | null;
}

const step: fc.Arbitrary<Step> = fc.record({
  quantity: fc.integer({ min: -40, max: 40 }).filter((one) => one !== 0),
  price: fc.integer({ min: 1, max: 30_000 }),
  fee: fc.integer({ min: -20, max: 100 }),
  funding: fc.option(fc.integer({ min: -500, max: 500 }), { freq: 3 }),
});

function entriesOf(instrument: Instrument, steps: readonly Step[]): readonly JournalEntry[] {
  const events: DomainEvent[] = [{ type: 'instruments-listed', instruments: [instrument] }];
  const scale = instrument.kind === 'option' ? 0.0005 : 0.5;
  const lots = instrument.payoff === 'inverse' && instrument.kind !== 'option' ? 10 : 0.1;
  for (const { quantity, price, fee, funding } of steps) {
    const trade = fill(decimal(quantity * lots), decimal((price * scale).toFixed(4)), instrument.id, {
      fee: decimal(fee * 1e-8),
      feeCurrency: instrument.settlement,
      index: decimal('7000'),
    });
    events.push({ type: 'fill', fill: trade });
    if (funding === null) continue;
    const payment = { account: 'options', instrument: instrument.id, currency: instrument.settlement, at: 0 };
    events.push({ type: 'funding', payment: { ...payment, amount: decimal(funding * 1e-8), id: `f${events.length}` } });
  }
  return events.map((event, index) => ({ seq: index + 1, at: index, event }));
}

function fold(rule: LotRule, entries: readonly JournalEntry[]) {
  const history: PositionHistory = newHistory(rule, () => decimal('7000'));
  const records = new Map<string, PositionRecord>();
  const changes: PositionChange[] = [];
  for (const entry of entries) {
    const stepped = takeEntry(history, entry);
    changes.push(...stepped.changes);
    for (const one of stepped.positions) records.set(one.id, one);
  }
  return { records: [...records.values()], changes };
}

function sumOf(values: readonly Decimal[]): Decimal {
  return values.reduce<Decimal>(add, ZERO);
}

/** What the trades paid and received, by the contract's own words (domain/instrument): no lot in sight. */
function cashOfTrades(instrument: Instrument, entries: readonly JournalEntry[]): Decimal {
  return sumOf(
    entries.flatMap(({ event }) => {
      if (event.type !== 'fill') return [];
      const { quantity, price } = event.fill;
      const inverse = instrument.payoff === 'inverse' && instrument.kind !== 'option';
      return [inverse ? divide(quantity, price) : negate(multiply(quantity, price))];
    }),
  );
}

function worth(instrument: Instrument, quantity: Decimal, mark: Decimal): Decimal {
  const inverse = instrument.payoff === 'inverse' && instrument.kind !== 'option';
  return inverse ? negate(divide(quantity, mark)) : multiply(quantity, mark);
}

const subject = fc.record({
  instrument: fc.constantFrom(...INSTRUMENTS),
  rule: fc.constantFrom(...RULES),
  steps: fc.array(step, { minLength: 1, maxLength: 30 }),
  mark: fc.integer({ min: 1, max: 60_000 }),
});

describe('position history', () => {
  it('realised + unrealised − fees + funding = cash flow + value, to the last digit', () => {
    fc.assert(
      fc.property(subject, ({ instrument, rule, steps, mark }) => {
        const entries = entriesOf(instrument, steps);
        const { records } = fold(rule, entries);
        const price = decimal(mark * (instrument.kind === 'option' ? 0.0005 : 0.5));
        const left = sumOf(records.map((one) => add(one.realised.amount, unrealisedOf(one, instrument, price))));
        const fees = sumOf(records.map((one) => one.fees.amount));
        const funding = sumOf(records.map((one) => one.funding.amount));
        const fills = entries.flatMap(({ event }) => (event.type === 'fill' ? [event.fill] : []));
        const paid = entries.flatMap(({ event }) => (event.type === 'funding' ? [event.payment.amount] : []));
        const held = sumOf(fills.map((one) => one.quantity));
        const value = held === '0' ? ZERO : worth(instrument, held, price);
        const right = add(cashOfTrades(instrument, entries), value);
        expect(add(subtract(left, fees), funding)).toBe(
          add(subtract(right, sumOf(fills.map((one) => one.fee))), sumOf(paid)),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('traces every figure: changes add up to positions, matches to changes, lots to what is held', () => {
    fc.assert(
      fc.property(subject, ({ instrument, rule, steps }) => {
        const entries = entriesOf(instrument, steps);
        const { records, changes } = fold(rule, entries);
        for (const record of records) {
          const mine = changes.filter((one) => one.position === record.id);
          expect(sumOf(mine.map((one) => one.quantity))).toBe(record.quantity);
          expect(sumOf(mine.map((one) => one.realised.amount))).toBe(record.realised.amount);
          expect(sumOf(mine.map((one) => one.fee.amount))).toBe(record.fees.amount);
          expect(sumOf(mine.map((one) => one.funding.amount))).toBe(record.funding.amount);
          expect(mine.length).toBe(record.changes);
          expect(mine[0]?.seq).toBe(record.openedSeq);
          expect(record.closedSeq === null).toBe(record.quantity !== '0');
          expect(sumOf(record.lots.map((one) => one.quantity))).toBe(record.quantity);
        }
        for (const change of changes) {
          expect(sumOf(change.matches.map((one) => one.realised))).toBe(change.realised.amount);
          for (const match of change.matches) {
            expect(entries[match.opened - 1]?.event.type).toBe('fill');
            expect(match.opened).toBeLessThan(match.closed);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  // The book (and the venues) average: an arithmetic of its own, in domain/position.
  it('realises by average what the book realises, and any rule the same once flat', () => {
    fc.assert(
      fc.property(subject, ({ instrument, rule, steps }) => {
        const whole = entriesOf(instrument, steps);
        const book = emptyBook();
        for (const { event, at } of whole) applyEvent(book, event, at);
        const ours = (which: LotRule, entries: readonly JournalEntry[]) =>
          toNumber(sumOf(fold(which, entries).records.map((one) => one.realised.amount)));
        const position = positionOf(book, 'options', instrument.id);
        const scale = Math.abs(toNumber(position.realised)) + 1;
        expect(Math.abs(ours('average', whole) - toNumber(position.realised)) / scale).toBeLessThan(1e-12);
        if (position.quantity === '0') return;
        const close = fill(negate(position.quantity), position.entry, instrument.id);
        const flat = [...whole, { seq: whole.length + 1, at: 0, event: { type: 'fill', fill: close } as const }];
        const total = add(position.realised, profit(instrument, position.quantity, position.entry, position.entry));
        expect(Math.abs(ours(rule, flat) - toNumber(total)) / scale).toBeLessThan(1e-12);
      }),
      { numRuns: 200 },
    );
  });
});
