// Worked by hand: what a position was, how it ended, and which lots a close takes.
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { bookedDays } from '#shared/domain/history/booked-day.ts';
import { type DayPnl, takeDay } from '#shared/domain/history/daily.ts';
import { newHistory, takeEntry, unrealisedOf } from '#shared/domain/history/history.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import type { PositionChange, PositionRecord } from '#shared/domain/history/record.ts';
import { decimal, ZERO } from '#shared/units/decimal.ts';
import { DAY } from '#shared/units/time.ts';
import { FUTURE, fill, INVERSE_PERPETUAL, LINEAR_PERPETUAL, option } from '#test/support/domain.ts';

const PUT = option(6000, 'put');
const LISTED: DomainEvent = {
  type: 'instruments-listed',
  instruments: [LINEAR_PERPETUAL, INVERSE_PERPETUAL, FUTURE, PUT],
};

interface Folded {
  readonly changes: readonly PositionChange[];
  readonly records: readonly PositionRecord[];
}

function fold(events: readonly DomainEvent[], rule: LotRule = 'fifo', rate: string | null = '7000'): Folded {
  const history = newHistory(rule, () => (rate === null ? null : decimal(rate)));
  const records = new Map<string, PositionRecord>();
  const changes = [LISTED, ...events].flatMap((event, index) => {
    const step = takeEntry(history, { seq: index + 1, at: index, event });
    for (const one of step.positions) records.set(one.id, one);
    return step.changes;
  });
  return { changes, records: [...records.values()] };
}

/** Entries are numbered from 2: the first lists the instruments. */
function trades(...list: readonly (readonly [quantity: string, price: string, more?: Partial<Fill>])[]): DomainEvent[] {
  return list.map(([quantity, price, more]) => ({
    type: 'fill',
    fill: fill(quantity, price, LINEAR_PERPETUAL.id, { feeCurrency: 'USDC', ...more }),
  }));
}

describe('lots', () => {
  // Bought 1 at 100, 1 at 110, 1 at 130; sold 1.5 at 120.
  const book = trades(['1', '100'], ['1', '110'], ['1', '130'], ['-1.5', '120']);

  it.each<[string, LotRule, string, string]>([
    // 1·(120 − 100) + 0.5·(120 − 110); left 0.5 at 110 and 1 at 130.
    ['first in first out', 'fifo', '25', '185'],
    // 1·(120 − 130) + 0.5·(120 − 110); left 0.5 at 110 and 1 at 100.
    ['last in first out', 'lifo', '-5', '155'],
    // The average is 340/3: 1.5·120 − 170; left 1.5 at it.
    ['average', 'average', '10', '170'],
    // 1·(120 − 110), then the first in: 0.5·(120 − 100); left 0.5 at 100 and 1 at 130.
    ['the second by choice', { specific: new Map([[5, [3]]]) }, '20', '180'],
  ])('%s', (_, rule, realised, cost) => {
    const { records, changes } = fold(book, rule);
    expect(records).toMatchObject([
      { quantity: '1.5', peak: '3', cost, realised: { amount: realised, usd: realised } },
    ]);
    // Whatever was taken: at 120 all of it together made 1·20 + 1·10 − 1·10.
    expect(Number(realised) + Number(unrealisedOf(records[0]!, LINEAR_PERPETUAL, decimal('120')))).toBeCloseTo(20, 12);
    expect(changes.at(-1)?.matches.map((one) => one.closed)).toEqual(changes.at(-1)?.matches.map(() => 5));
  });

  it('names the entries behind a realised figure', () => {
    const [match, next] = fold(book).changes.at(-1)?.matches ?? [];
    expect(match).toMatchObject({ opened: 2, closed: 5, quantity: '1', cost: '100', proceeds: '120', realised: '20' });
    expect(next).toMatchObject({ opened: 3, closed: 5, quantity: '0.5', cost: '55', proceeds: '60', realised: '5' });
    expect(fold(book, 'average').changes.at(-1)?.matches).toMatchObject([{ opened: 2, openedThrough: 4, closed: 5 }]);
  });

  // 10,000 USD at 8000 and 10,000 at 10,000; sold 20,000 at 12,500: 1.25 + 1 − 1.6 BTC.
  it('takes inverse contracts by their coin', () => {
    const inverse = (quantity: string, price: string): DomainEvent => ({
      type: 'fill',
      fill: fill(quantity, price, INVERSE_PERPETUAL.id, { index: decimal('12000') }),
    });
    const { records } = fold([inverse('10000', '8000'), inverse('10000', '10000'), inverse('-20000', '12500')]);
    expect(records).toMatchObject([{ quantity: '0', cost: '0', realised: { amount: '0.65', usd: '7800' } }]);
  });
});

describe('the life of a position', () => {
  it('goes from flat to flat; a trade through zero ends one and begins the next', () => {
    const { records, changes } = fold(trades(['1', '100'], ['1', '110'], ['-1', '120'], ['-3', '90'], ['2', '80']));
    expect(changes.map(({ kind, quantity }) => [kind, quantity])).toEqual([
      ['opened', '1'],
      ['increased', '1'],
      ['reduced', '-1'],
      ['flipped', '-1'],
      ['opened', '-2'],
      ['closed', '2'],
    ]);
    expect(records).toMatchObject([
      { openedSeq: 2, closedSeq: 5, closedBy: 'flipped', peak: '2', realised: { amount: '0' }, changes: 4 },
      { openedSeq: 5, closedSeq: 6, closedBy: 'closed', peak: '2', realised: { amount: '20' }, changes: 2 },
    ]);
  });

  const settled = (instrument: string, price: string): DomainEvent[] => [
    { type: 'fill', fill: fill('2', '0.05', instrument, { price: decimal(instrument === PUT.id ? '0.05' : '7000') }) },
    { type: 'fill', fill: fill('-2', price, instrument, { cause: 'settlement' }) },
  ];

  it.each([
    ['expired', settled(PUT.id, '0')],
    ['exercised', settled(PUT.id, '0.2')],
    ['settled', settled(FUTURE.id, '6500')],
    ['liquidated', trades(['1', '100'], ['-1', '70', { cause: 'liquidation' }])],
  ])('says how it ended: %s', (kind, events) => {
    const { records } = fold(events);
    expect(records).toMatchObject([{ closedBy: kind, closedSeq: 3, quantity: '0' }]);
  });

  it('begins with what the account came with, and takes the venue at its word', () => {
    const held = { account: 'options', instrument: LINEAR_PERPETUAL.id, realised: ZERO, fees: ZERO, funding: ZERO };
    const account = { id: 'options', venue: 'deribit-paper', name: 'Options', rules: 'deribit-standard' } as const;
    const { records, changes } = fold([
      {
        type: 'account-opened',
        account,
        balances: [],
        positions: [{ ...held, quantity: decimal('2'), entry: decimal('100') }],
      },
      {
        type: 'adjustment',
        adjustment: {
          ...{ what: 'position', account: 'options', key: LINEAR_PERPETUAL.id },
          ...{ ours: decimal('2'), theirs: decimal('3'), entry: decimal('90') },
        },
      },
      ...trades(['-3', '100']),
    ]);
    expect(changes.map(({ kind, quantity }) => [kind, quantity])).toEqual([
      ['transferred', '2'],
      ['adjusted', '1'],
      ['closed', '-3'],
    ]);
    expect(records).toMatchObject([{ openedSeq: 2, closedSeq: 4, realised: { amount: '30' } }]);
  });

  it('keeps fees, rebates and funding apart, also what comes after the close', () => {
    const payment = { account: 'options', instrument: LINEAR_PERPETUAL.id, currency: 'USDC', id: 'f', at: 0 };
    const { records } = fold([
      ...trades(['1', '100', { fee: decimal('0.5') }], ['-1', '100', { fee: decimal('-0.2') }]),
      { type: 'funding', payment: { ...payment, amount: decimal('-1.25') } },
    ]);
    expect(records).toMatchObject([
      { fees: { amount: '0.3' }, rebates: { amount: '0.2' }, funding: { amount: '-1.25' }, changes: 3 },
    ]);
  });

  it('shows no dollars where the rate is not known, rather than none', () => {
    const payment = { account: 'options', instrument: INVERSE_PERPETUAL.id, currency: 'BTC', id: 'f', at: 0 };
    const events: DomainEvent[] = [{ type: 'funding', payment: { ...payment, amount: decimal('0.01') } }];
    expect(fold(events).records).toMatchObject([{ funding: { amount: '0.01', usd: '70' } }]);
    expect(fold(events, 'fifo', null).records).toMatchObject([{ funding: { amount: '0.01', usd: null } }]);
  });

  it('refuses what nobody listed', () => {
    const unknown: DomainEvent = { type: 'fill', fill: fill('1', '1', 'x:y') };
    expect(() => fold([unknown])).toThrow('entry 2: instrument x:y is not listed');
  });
});

describe('P&L by day', () => {
  it('adds what was booked, by UTC day', () => {
    const days = new Map<string, DayPnl>();
    const late = { at: DAY - 1 };
    const { changes } = fold(
      trades(
        ['2', '100', { ...late, fee: decimal('1') }],
        ['-1', '130', late],
        ['-1', '90', { at: DAY, fee: decimal('1') }],
      ),
    );
    for (const one of changes) takeDay(days, one);
    expect([...days.values()]).toMatchObject([
      {
        day: 0,
        trades: 2,
        realised: { amount: '30' },
        fees: { amount: '1' },
        net: { amount: '29' },
        firstSeq: 2,
        lastSeq: 3,
      },
      { day: DAY, trades: 1, realised: { amount: '-10' }, fees: { amount: '1' }, net: { amount: '-11' }, firstSeq: 4 },
    ]);
    const unvalued = [...days.values()].map((one) => ({ ...one, funding: { amount: decimal('1'), usd: null } }));
    expect(bookedDays([...days.values(), ...unvalued.slice(0, 1)])).toEqual([
      { day: '1970-01-01', trades: 2, realised: '30', fees: '1', funding: '0', net: '29', unknown: 1 },
      { day: '1970-01-02', trades: 1, realised: '-10', fees: '1', funding: '0', net: '-11', unknown: 0 },
    ]);
  });
});

describe('the time of a change', () => {
  const account = { id: 'options', venue: 'deribit-paper', name: 'Options', rules: 'deribit-standard' } as const;
  const none = { realised: ZERO, fees: ZERO, funding: ZERO };
  const held = { account: account.id, instrument: LINEAR_PERPETUAL.id, quantity: decimal('2'), entry: decimal('100') };
  const venueTime = Date.UTC(2020, 2, 12, 9);
  const opened: DomainEvent = { type: 'account-opened', account, balances: [], positions: [{ ...held, ...none }] };
  const adjusted: DomainEvent = {
    type: 'adjustment',
    adjustment: { what: 'position', account: account.id, key: held.instrument, ours: decimal('2'), theirs: decimal('3'), entry: held.entry }, // biome-ignore format: one adjustment
  };

  // A paper session of today plays a tape of 2020: its days are those of the tape.
  it('is the venue’s, also of what came with an account or was adjusted', () => {
    const { changes } = fold([
      { ...opened, asOf: venueTime },
      { ...adjusted, asOf: venueTime + 1 },
    ]);
    expect(changes.map((one) => [one.kind, one.at])).toEqual([
      ['transferred', venueTime],
      ['adjusted', venueTime + 1],
    ]);
  });

  it('is the engine’s in journals that did not write the venue’s down', () => {
    expect(fold([opened, adjusted]).changes.map((one) => one.at)).toEqual([1, 2]);
  });
});
