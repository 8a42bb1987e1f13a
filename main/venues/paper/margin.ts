import type { Account, AccountRules } from '#shared/domain/account.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { liquidationSpots } from '#shared/risk/liquidation.ts';
import { deribitStandard, securesOf } from '#shared/risk/margin/deribit-standard.ts';
import { hyperliquid } from '#shared/risk/margin/hyperliquid.ts';
import type { MarginPosition, MarginRule } from '#shared/risk/margin/model.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { Currency } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { DAY, type EpochMs, YEAR, yearsBetween } from '#shared/units/time.ts';
import { cashOf } from './accounts.ts';
import type { Mark } from './market.ts';
import { optionValuer } from './option-valuer.ts';
import type { PaperAccount } from './state.ts';
import type { PoolState, World } from './world.ts';

/** The paper venues know these two: their demo file is refused with any other. */
export function ruleOf(rules: AccountRules): MarginRule {
  if (rules === 'hyperliquid') return hyperliquid;
  if (rules === 'deribit-standard') return deribitStandard;
  throw new FaultError(fault('paper-rules', `paper venue: expected deribit-standard or hyperliquid, was ${rules}`));
}

/** One position of a pool at the venue's mark. */
export interface Held {
  readonly instrument: Instrument;
  readonly quantity: number;
  readonly entry: number;
  readonly mark: Mark;
}

interface Totals {
  equity: number;
  marginBalance: number;
  initialMargin: number;
  maintenanceMargin: number;
}

export function positionOf({ instrument, quantity }: Held, mark: number, index: number): MarginPosition {
  const option = instrument.kind === 'option';
  return {
    kind: option ? 'option' : 'future',
    inverse: instrument.payoff === 'inverse',
    right: option ? (instrument.right === 'call' ? 1 : -1) : 0,
    strike: option ? Number(instrument.strike) : 0,
    quantity,
    mark,
    index,
  };
}

/** Options count with their worth, everything else with its unrealised profit; settlement currency. */
function worthOf({ instrument, quantity, entry }: Held, mark: number): number {
  if (instrument.kind === 'option') return quantity * mark;
  return instrument.payoff === 'inverse' ? quantity * (1 / entry - 1 / mark) : quantity * (mark - entry);
}

/** The account's rules over one position at a mark; Hyperliquid lists no options, and futures secure under both. */
function add(totals: Totals, held: Held, mark: number, index: number, owner: Account): void {
  const position = positionOf(held, mark, index);
  const asked = ruleOf(owner.rules)(position, owner.leverage ?? 0);
  totals.equity += worthOf(held, mark);
  totals.marginBalance += securesOf({ ...position, entry: held.entry });
  totals.initialMargin += asked.initial;
  totals.maintenanceMargin += asked.maintenance;
}

function noPositions(cash: number): Totals {
  return { equity: cash, marginBalance: cash, initialMargin: 0, maintenanceMargin: 0 };
}

function ratioOf({ marginBalance, maintenanceMargin }: Totals): number {
  if (maintenanceMargin === 0) return 0;
  return marginBalance > 0 ? maintenanceMargin / marginBalance : Number.POSITIVE_INFINITY;
}

/** The positions of an account by pool: Deribit pools per settlement currency, Hyperliquid has one pool of dollars. */
export function heldPools(
  world: World,
  account: PaperAccount,
  rules: AccountRules,
  at: EpochMs,
): Map<Currency, Held[]> {
  const pools = new Map<Currency, Held[]>();
  if (rules === 'hyperliquid') pools.set('USDC', []);
  else for (const currency of account.cash.keys()) pools.set(currency, []);
  for (const position of account.positions.values()) {
    const instrument = world.instruments.get(position.instrument);
    const quantity = toNumber(position.quantity);
    if (!instrument || quantity === 0) continue;
    const held = { instrument, quantity, entry: toNumber(position.entry), mark: world.market.mark(instrument, at) };
    const pool = pools.get(instrument.settlement);
    if (pool) pool.push(held);
    else pools.set(instrument.settlement, [held]);
  }
  return pools;
}

function totalsOf(pool: readonly Held[], cash: number, owner: Account): Totals {
  const totals = noPositions(cash);
  for (const held of pool) add(totals, held, held.mark.mark, held.mark.index, owner);
  return totals;
}

/** Equity and margin of each pool by the account's rules, in the pool's currency; what liquidation is decided on. */
export function poolStates(world: World, account: PaperAccount, at: EpochMs): readonly PoolState[] {
  const owner = world.accounts.get(account.id);
  if (!owner) return [];
  return [...heldPools(world, account, owner.rules, at)].map(([currency, pool]) => {
    const totals = totalsOf(pool, toNumber(cashOf(account, currency)), owner);
    return { currency, ...totals, ratio: ratioOf(totals) };
  });
}

const valued = optionValuer();

/** The mark when index and forwards stand at `factor` times what they are, vols held. */
function movedMark({ instrument, mark }: Held, factor: number, at: EpochMs): number {
  if (instrument.kind !== 'option') return mark.mark * factor;
  const forward = mark.forward * factor;
  const years = Math.max(yearsBetween(at, instrument.expiry), 0);
  const { price } = valued(instrument.right, forward, Number(instrument.strike), years, mark.markVol ?? 0);
  return instrument.payoff === 'inverse' ? price / forward : price;
}

/** How far the index may move before a pool is below its maintenance margin. */
function frontier(world: World, pool: readonly Held[], cash: number, owner: Account, at: EpochMs) {
  const index = world.market.index(at);
  const surplus = (factor: number) => {
    const totals = noPositions(cash);
    for (const held of pool) add(totals, held, movedMark(held, factor, at), held.mark.index * factor, owner);
    return totals.marginBalance - totals.maintenanceMargin;
  };
  const { below, above } = pool.length === 0 ? { below: null, above: null } : liquidationSpots(surplus);
  const distances = [below, above].flatMap((factor) => (factor === null ? [] : [Math.abs(factor - 1)]));
  const distance = distances.length === 0 ? null : Math.min(...distances);
  const daily = world.market.impliedVol(at) * Math.sqrt(DAY / YEAR);
  return {
    liquidationBelow: below === null ? null : below * index,
    liquidationAbove: above === null ? null : above * index,
    distance,
    distanceSigmaDays: distance === null ? null : distance / daily,
  };
}

/** The venue's own margin figures of an account, as it would show them. */
export function poolMargins(world: World, account: PaperAccount, owner: Account, at: EpochMs): PoolMargin[] {
  return [...heldPools(world, account, owner.rules, at)].map(([currency, pool]) => {
    const cash = toNumber(cashOf(account, currency));
    const totals = totalsOf(pool, cash, owner);
    return {
      account: account.id,
      venue: owner.venue,
      rules: owner.rules,
      currency,
      currencyUsd: currency === world.tape.underlying ? world.market.index(at) : 1,
      ...totals,
      ratio: ratioOf(totals),
      available: totals.marginBalance - totals.initialMargin,
      ...frontier(world, pool, cash, owner, at),
    };
  });
}
