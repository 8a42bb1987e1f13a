// Netting before summing changes nothing: every group's sums are those of its rows, whatever is held.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregate } from '#shared/risk/aggregate.ts';
import { groupOffsets, SUMS } from '#shared/risk/groups.ts';
import { fillHoldings, WIDTH } from '#shared/risk/holdings.ts';
import { DOLLARS, INVERSE, type RiskProblem } from '#shared/risk/problem.ts';
import { POSITION_COLUMNS } from '#shared/risk/report.ts';
import { valueUnits } from '#shared/risk/valuation.ts';
import { demoAssembled } from '#test/support/risk-moves.ts';

const { problem } = demoAssembled();
const table = problem.instruments;

const row = fc.record({
  instrument: fc.integer({ min: 0, max: table.count - 1 }),
  account: fc.integer({ min: 0, max: 2 }),
  quantity: fc.double({ min: -1e5, max: 1e5, noNaN: true }).filter((quantity) => Math.abs(quantity) > 1e-6),
  entry: fc.double({ min: 0.01, max: 9000, noNaN: true }),
});

const TOKEN = { asset: 'aToken', ltv: 0.7, threshold: 0.8, funding8h: 0, ageMs: 0 };

/** Positions of three accounts on two venues; the first has coin and dollars, the second coin alone, the third nothing; both have lent. */
function held(rows: readonly { instrument: number; account: number; quantity: number; entry: number }[]): RiskProblem {
  const cash = [
    { instrument: -1, account: 0, quantity: 3.5, entry: Number.NaN, underlying: 0 },
    { instrument: -1, account: 0, quantity: 9000, entry: Number.NaN, underlying: DOLLARS },
    { instrument: -1, account: 1, quantity: -1.25, entry: Number.NaN, underlying: 0 },
    { instrument: -1, account: 0, quantity: 500, entry: 0.97, underlying: DOLLARS },
    { instrument: -1, account: 1, quantity: 0.5, entry: 9_000, underlying: 0 },
  ];
  const all = [...rows.map((one) => ({ ...one, underlying: table.underlying[one.instrument]! })), ...cash];
  return {
    ...problem,
    holdings: {
      count: all.length,
      instrument: Int32Array.from(all, (one) => one.instrument),
      account: Uint16Array.from(all, (one) => one.account),
      underlying: Uint16Array.from(all, (one) => one.underlying),
      quantity: Float64Array.from(all, (one) => one.quantity),
      entry: Float64Array.from(all, (one) => one.entry),
      dayOffsetUsd: new Float64Array(all.length),
      // The last two are lending tokens worth a dollar and two coins each.
      lent: new Map([
        [all.length - 1, { ...TOKEN, perToken: 2 }],
        [all.length - 2, { ...TOKEN, perToken: 1 }],
      ]),
    },
    accounts: 3,
    venueOfAccount: Uint16Array.of(0, 1, 0),
    venues: 2,
    pools: [],
  };
}

/**
 * Coins that cancel inside row `h`. What is paid and what it is worth are both larger than the profit; the delta of coin
 * cash has in it what the account's inverse futures have made and lost in that coin.
 */
function coinsMoved({ holdings }: RiskProblem, row: number): number {
  const [account, underlying] = [holdings.account[row], holdings.underlying[row]];
  let coins = Math.abs(holdings.quantity[row]!) * 2;
  if (holdings.instrument[row]! >= 0) return coins;
  holdings.instrument.forEach((i, h) => {
    if (i < 0 || table.kind[i] !== INVERSE || table.underlying[i] !== underlying || holdings.account[h] !== account)
      return;
    coins += Math.abs(holdings.quantity[h]!) * (1 / holdings.entry[h]! + 1 / table.mark[i]!);
  });
  return coins;
}

/** Row by row, by the plain definition; beside each sum the sum of sizes, as a scale for rounding. */
function byRows(book: RiskProblem) {
  const unit = valueUnits(book);
  const cells = new Float64Array(book.holdings.count * WIDTH);
  fillHoldings(book, unit, cells);
  const offsets = groupOffsets(book);
  const sums = new Float64Array(offsets.count * SUMS);
  const sizes = new Float64Array(offsets.count * SUMS);
  const columns = (['valueUsd', 'unrealisedUsd', 'delta', 'gamma', 'vega', 'theta'] as const).map((name) =>
    POSITION_COLUMNS.indexOf(name),
  );
  for (let h = 0; h < book.holdings.count; h++) {
    const i = book.holdings.instrument[h]!;
    const u = book.holdings.underlying[h]!;
    const account = book.holdings.account[h]!;
    const index = u === DOLLARS ? 1 : book.spot[u]!;
    const figures = columns.map((column) => cells[h * WIDTH + column]!);
    const notional = i < 0 ? 0 : Math.abs(book.holdings.quantity[h]!) * (table.kind[i] === INVERSE ? 1 : index);
    const size = coinsMoved(book, h);
    const groups = [
      0,
      ...(u === DOLLARS ? [] : [offsets.underlying + u]),
      offsets.expiry + (i < 0 ? 0 : table.expiryGroup[i]!),
      offsets.venue + book.venueOfAccount[account]!,
      offsets.account + account,
    ];
    for (const group of groups) {
      [...figures, figures[2]! * index, notional].forEach((figure, k) => {
        sums[group * SUMS + k]! += figure;
        sizes[group * SUMS + k]! += Math.abs(figure) + size * index;
      });
    }
  }
  return { sums, sizes };
}

describe('sums over groups', () => {
  it('are the sums of the rows, in all eight figures', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        const book = held(rows);
        const found = aggregate(book, valueUnits(book));
        const { sums, sizes } = byRows(book);
        expect(found).toHaveLength(sums.length);
        found.forEach((sum, at) => {
          expect(Math.abs(sum - sums[at]!), `group ${Math.floor(at / SUMS)}, figure ${at % SUMS}`).toBeLessThanOrEqual(
            1e-11 * sizes[at]!,
          );
        });
      }),
      { numRuns: 60 },
    );
  });

  it('of a small book after a large one hold nothing of it', () => {
    const many = held(
      Array.from({ length: 40 }, (_, k) => ({ instrument: k % table.count, account: k % 3, quantity: 5, entry: 7000 })),
    );
    aggregate(many, valueUnits(many));
    const none = held([]);
    expect(aggregate(none, valueUnits(none))).toEqual(byRows(none).sums);
  });
});
