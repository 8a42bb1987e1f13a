import { type GroupOffsets, groupOffsets, SUMS } from './groups.ts';
import { isOption } from './market-move.ts';
import { CLAIM, DOLLARS, INVERSE, INVERSE_OPTION, type RiskProblem } from './problem.ts';
import type { UnitFigures } from './valuation.ts';

/**
 * Per account and thing (an instrument, or cash in a coin, or dollars): Σ quantity, Σ cost (quantity · entry; of inverse
 * futures quantity ÷ entry), Σ |quantity|, and of cash the number of rows. All that sums over a book is linear in these.
 */
const NET = 4;

/** What netByAccount fills; kept, for a block of this size is dear to allocate. */
let work = new Float64Array(0);

/** Things are the instruments, then the coins, then dollars. */
function thingCount({ instruments, spot }: RiskProblem): number {
  return instruments.count + spot.length + 1;
}

/** The one pass over all positions. */
function netByAccount(problem: RiskProblem): Float64Array {
  const { accounts } = problem;
  const { count, instrument, account, quantity, entry } = problem.holdings;
  const needed = thingCount(problem) * accounts * NET;
  if (work.length < needed) work = new Float64Array(needed);
  const net = work.fill(0, 0, needed);
  let cash = 0;
  for (let h = 0; h < count; h++) {
    const i = instrument[h]!;
    if (i < 0) {
      cash += 1;
      continue;
    }
    const at = (i * accounts + account[h]!) * NET;
    const q = quantity[h]!;
    net[at] = net[at]! + q;
    net[at + 1] = net[at + 1]! + q * entry[h]!;
    net[at + 2] = net[at + 2]! + Math.abs(q);
  }
  if (cash > 0) netCash(problem, net);
  if (problem.instruments.kind.includes(INVERSE)) costInCoin(problem, net);
  return net;
}

function netCash({ accounts, instruments, holdings, spot }: RiskProblem, net: Float64Array): void {
  holdings.instrument.forEach((i, h) => {
    if (i >= 0) return;
    const u = holdings.underlying[h]!;
    const coin = u === DOLLARS ? spot.length : u;
    const at = ((instruments.count + coin) * accounts + holdings.account[h]!) * NET;
    net[at]! += holdings.quantity[h]!;
    net[at + 3]! += 1;
  });
}

/** Costs of inverse futures, in coin; to look for them in the loop above would cost a third more. */
function costInCoin({ accounts, instruments, holdings }: RiskProblem, net: Float64Array): void {
  const { count, instrument, account, quantity, entry } = holdings;
  const { kind } = instruments;
  for (let pair = 0; pair < kind.length * accounts; pair++) {
    if (kind[Math.floor(pair / accounts)] === INVERSE) net[pair * NET + 1] = 0;
  }
  for (let h = 0; h < count; h++) {
    const i = instrument[h]!;
    if (i >= 0 && kind[i] === INVERSE) net[(i * accounts + account[h]!) * NET + 1]! += quantity[h]! / entry[h]!;
  }
}

/** What one unit of quantity, of cost and of gross quantity of each instrument comes to. */
interface Coefficients {
  readonly unit: UnitFigures;
  /** Value and unrealised profit per quantity. */
  readonly worth: Float64Array;
  /** Value and unrealised profit per cost; costs are in the unit of the entries, of inverse futures in coin. */
  readonly owed: Float64Array;
  readonly paid: Float64Array;
  readonly index: Float64Array;
}

/** Per dollar or coin of cost: what has been paid for an option or claim, what a future's profit is short of. */
function paidFor(kind: number, index: number): number {
  if (kind === INVERSE) return index;
  return kind === INVERSE_OPTION ? -index : -1;
}

function allocateWorth(rows: number) {
  const column = () => new Float64Array(rows);
  return { rows, worth: column(), owed: column(), paid: column(), index: column() };
}

/** What coefficients fills; kept like {@link work}. */
let worths = allocateWorth(0);

function coefficients({ instruments: table, spot }: RiskProblem, unit: UnitFigures): Coefficients {
  const { count, kind, mark, underlying } = table;
  if (worths.rows < count) worths = allocateWorth(count);
  const found = { ...worths, unit };
  for (let i = 0; i < count; i++) {
    const index = spot[underlying[i]!]!;
    const inverse = kind[i] === INVERSE;
    const future = inverse ? -index / mark[i]! : mark[i]!;
    const paid = paidFor(kind[i]!, index);
    const paidInFull = isOption(kind[i]) || kind[i] === CLAIM;
    found.index[i] = index;
    found.paid[i] = paid;
    found.owed[i] = paidInFull ? 0 : paid;
    found.worth[i] = paidInFull ? unit.value[i]! : future;
  }
  return found;
}

/** Adds a net position in instrument `i` to a group. */
function addTo(
  sums: Float64Array,
  group: number,
  by: Coefficients,
  i: number,
  quantity: number,
  cost: number,
  size: number,
): void {
  const s = group * SUMS;
  const { unit } = by;
  const worth = quantity * by.worth[i]!;
  const delta = quantity * unit.delta[i]!;
  sums[s] = sums[s]! + worth + cost * by.owed[i]!;
  sums[s + 1] = sums[s + 1]! + worth + cost * by.paid[i]!;
  sums[s + 2] = sums[s + 2]! + delta;
  sums[s + 3] = sums[s + 3]! + quantity * unit.gamma[i]!;
  sums[s + 4] = sums[s + 4]! + quantity * unit.vega[i]!;
  sums[s + 5] = sums[s + 5]! + quantity * unit.theta[i]!;
  sums[s + 6] = sums[s + 6]! + delta * by.index[i]!;
  sums[s + 7] = sums[s + 7]! + size * unit.notional[i]!;
}

/** Net positions into the sums of their accounts; all of an instrument into those of its underlying and its expiry. */
function addPositions(
  problem: RiskProblem,
  by: Coefficients,
  net: Float64Array,
  sums: Float64Array,
  offsets: GroupOffsets,
): void {
  const { accounts, instruments } = problem;
  for (let i = 0; i < instruments.count; i++) {
    let quantity = 0;
    let cost = 0;
    let size = 0;
    for (let account = 0; account < accounts; account++) {
      const at = (i * accounts + account) * NET;
      if (net[at + 2] === 0) continue;
      addTo(sums, offsets.account + account, by, i, net[at]!, net[at + 1]!, net[at + 2]!);
      quantity += net[at]!;
      cost += net[at + 1]!;
      size += net[at + 2]!;
    }
    if (size === 0) continue;
    addTo(sums, offsets.underlying + instruments.underlying[i]!, by, i, quantity, cost, size);
    addTo(sums, offsets.expiry + instruments.expiryGroup[i]!, by, i, quantity, cost, size);
  }
}

/** Profit of the inverse futures per (account, underlying), coins. */
function coinProfit(problem: RiskProblem, net: Float64Array): Float64Array {
  const { instruments: table, accounts, spot } = problem;
  const profit = new Float64Array(accounts * spot.length);
  for (let i = 0; i < table.count; i++) {
    if (table.kind[i] !== INVERSE) continue;
    for (let account = 0; account < accounts; account++) {
      const at = (i * accounts + account) * NET;
      profit[account * spot.length + table.underlying[i]!]! += net[at + 1]! - net[at]! / table.mark[i]!;
    }
  }
  return profit;
}

/** Coin cash has a delta, and with it what the account's inverse futures have made in that coin; dollars have none. */
function addCash(problem: RiskProblem, net: Float64Array, sums: Float64Array, offsets: GroupOffsets): void {
  const { instruments, accounts, spot } = problem;
  const profit = coinProfit(problem, net);
  const add = (group: number, value: number, delta: number, index: number): void => {
    sums[group * SUMS]! += value;
    sums[group * SUMS + 2]! += delta;
    sums[group * SUMS + 6]! += delta * index;
  };
  for (let cash = 0; cash < (spot.length + 1) * accounts; cash++) {
    const [u, account] = [Math.floor(cash / accounts), cash % accounts];
    const at = (instruments.count * accounts + cash) * NET;
    if (net[at + 3] === 0) continue;
    const index = spot[u] ?? 1;
    const delta = u === spot.length ? 0 : net[at]! + profit[account * spot.length + u]!;
    add(offsets.account + account, net[at]! * index, delta, index);
    add(offsets.expiry, net[at]! * index, delta, index);
    if (u < spot.length) add(offsets.underlying + u, net[at]! * index, delta, index);
  }
}

/** Lending tokens count as the cash they stand for; what they have earned since they were entered is their profit. */
function addLent({ holdings, spot }: RiskProblem, sums: Float64Array, offsets: GroupOffsets): void {
  for (const [h, { perToken }] of holdings.lent) {
    const u = holdings.underlying[h]!;
    const quantity = holdings.quantity[h]!;
    const earned = quantity * (u === DOLLARS ? 1 : spot[u]!) - (quantity / perToken) * holdings.entry[h]!;
    const groups = [offsets.account + holdings.account[h]!, offsets.expiry];
    if (u !== DOLLARS) groups.push(offsets.underlying + u);
    for (const group of groups) sums[group * SUMS + 1]! += earned;
  }
}

/**
 * Sums of value, unrealised profit, delta, gamma, vega, theta, delta in USD and gross notional over every group of
 * {@link groupOffsets}: positions are netted by instrument and account first, so that a hundred thousand of them cost one
 * pass of three additions each. Cash sits in expiry group 0, what never expires in group 1. Equals the sums over the rows
 * of fillHoldings, whose units it has.
 */
export function aggregate(problem: RiskProblem, unit: UnitFigures): Float64Array {
  const { accounts, venueOfAccount } = problem;
  const offsets = groupOffsets(problem);
  const net = netByAccount(problem);
  const sums = new Float64Array(offsets.count * SUMS);
  addPositions(problem, coefficients(problem, unit), net, sums, offsets);
  addCash(problem, net, sums, offsets);
  addLent(problem, sums, offsets);
  for (let account = 0; account < accounts; account++) {
    for (const group of [0, offsets.venue + venueOfAccount[account]!]) {
      for (let k = 0; k < SUMS; k++) sums[group * SUMS + k]! += sums[(offsets.account + account) * SUMS + k]!;
    }
  }
  return sums;
}
