import type { Account } from '#shared/domain/account.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Position } from '#shared/domain/position.ts';
import {
  absolute,
  decimal,
  fromNumber,
  isZero,
  multiply,
  negate,
  type Price,
  type Quantity,
  roundToStep,
  sign,
  toNumber,
  ZERO,
} from '#shared/units/decimal.ts';
import type { Currency } from '#shared/units/ids.ts';
import { fault } from '#shared/units/result.ts';
import { type EpochMs, HOUR, MINUTE, SECOND } from '#shared/units/time.ts';
import { accountOf, bookTrade } from './accounts.ts';
import { ratioBound } from './margin-bound.ts';
import type { PaperAccount } from './state.ts';
import { dropIdleReductions, endOrder, takeFromBook } from './trading.ts';
import { indexPrice, type PoolState, type World } from './world.ts';

/** An account is looked at this often while all is well, and every tick once a pool's ratio was above `CLOSE`. */
export const CALM_EVERY = 10 * SECOND;
const CLOSE = 0.6;
/** Maintenance over margin balance at which the venue warns, and below which it forgets that it did. */
const WARN_AT = 0.8;
const WARN_AGAIN = 0.5;
/** Deribit takes a position down in steps of this share. */
const DERIBIT_STEP = decimal('0.2');
/** Hyperliquid: above this notional a fifth goes first; for the cooldown after that, all of it. */
const HYPERLIQUID_WHOLE = 100_000;
const HYPERLIQUID_STEP = decimal('0.2');
const HYPERLIQUID_COOLDOWN = 30 * SECOND;
/** Below this share of maintenance margin the backstop takes the position over at the price where equity is gone. */
const HYPERLIQUID_BACKSTOP = 2 / 3;
/** That price is no trade in the book: it is kept finer than a tick. */
const TAKEN_OVER_STEP = decimal('0.000001');

/** One position of a margin pool and what it is. */
interface Member {
  readonly position: Position;
  readonly instrument: Instrument;
}

function members(world: World, account: PaperAccount, currency: Currency): Member[] {
  return [...account.positions.values()].flatMap((position) => {
    const instrument = world.instruments.get(position.instrument);
    const held = !isZero(position.quantity) && instrument?.settlement === currency;
    return held ? [{ position, instrument }] : [];
  });
}

function poolOf(world: World, account: PaperAccount, currency: Currency, at: EpochMs): PoolState | undefined {
  return world.pools(account, at).find((pool) => pool.currency === currency);
}

/** Margin the pool would need without the position: what it asks for is the difference. */
function without(world: World, account: PaperAccount, member: Member, pool: PoolState, at: EpochMs): number {
  const positions = new Map(account.positions);
  positions.delete(member.instrument.id);
  return poolOf(world, { ...account, positions }, pool.currency, at)?.maintenanceMargin ?? 0;
}

/** Closes `share` of a position in the market, at least a lot; true when something traded. */
function reduce(world: World, account: PaperAccount, member: Member, share: Quantity, at: EpochMs): boolean {
  const { instrument, position } = member;
  const held = absolute(position.quantity);
  const part = roundToStep(multiply(held, share), instrument.lot, 'down');
  const quantity = isZero(part) ? held : part;
  const side = sign(position.quantity) > 0 ? 'sell' : 'buy';
  const taker = {
    account: account.id,
    instrument,
    side,
    quantity,
    limit: null,
    order: null,
    cause: 'liquidation',
  } as const;
  const left = takeFromBook(world, taker, at);
  dropIdleReductions(world, account.id, instrument.id);
  return left !== quantity;
}

/** Deribit: step by step, the position that asks for most margin first, until the pool meets its maintenance margin. */
function liquidateDeribit(world: World, account: PaperAccount, pool: PoolState, at: EpochMs): boolean {
  const ranked = members(world, account, pool.currency)
    .map((member) => ({ member, need: without(world, account, member, pool, at) }))
    .sort((a, b) => a.need - b.need || (a.member.instrument.id < b.member.instrument.id ? -1 : 1));
  return ranked.some(({ member }) => reduce(world, account, member, DERIBIT_STEP, at));
}

/** The backstop takes a position over at the price at which the account's equity is gone. */
function takeOver(
  world: World,
  account: PaperAccount,
  { position, instrument }: Member,
  equity: number,
  at: EpochMs,
): void {
  const { mark } = world.market.mark(instrument, at);
  const quantity = negate(position.quantity);
  const bankrupt = Math.max(mark - equity / toNumber(position.quantity), Number(instrument.tick));
  const price = fromNumber<Price>(bankrupt, TAKEN_OVER_STEP, 'nearest');
  const execution = { quantity, price, index: indexPrice(world, at) };
  const fill = bookTrade(world.state, {
    ...execution,
    account: account.id,
    instrument,
    order: null,
    fee: ZERO,
    liquidity: 'taker',
    cause: 'liquidation',
    at,
  });
  world.emit(instrument.venue, { type: 'fill', fill });
  dropIdleReductions(world, account.id, instrument.id);
}

function liquidateHyperliquid(world: World, account: PaperAccount, pool: PoolState, at: EpochMs): boolean {
  const held = members(world, account, pool.currency).filter((member) => member.instrument.kind === 'perpetual');
  const sized = held
    .map((member) => ({
      member,
      notional: Math.abs(toNumber(member.position.quantity)) * world.market.mark(member.instrument, at).mark,
    }))
    .sort((a, b) => b.notional - a.notional || (a.member.instrument.id < b.member.instrument.id ? -1 : 1));
  const [largest] = sized;
  if (!largest) return false;
  if (pool.equity < pool.maintenanceMargin * HYPERLIQUID_BACKSTOP) {
    takeOver(world, account, largest.member, pool.equity, at);
    return true;
  }
  const cooling = at < (account.cooldownUntil.get(pool.currency) ?? 0);
  const whole = cooling || largest.notional <= HYPERLIQUID_WHOLE;
  if (!whole) account.cooldownUntil.set(pool.currency, at + HYPERLIQUID_COOLDOWN);
  return reduce(world, account, largest.member, whole ? decimal(1) : HYPERLIQUID_STEP, at);
}

function cancelOpening(world: World, account: PaperAccount): void {
  const reason = fault('liquidation', 'cancelled because the account is being liquidated');
  for (const order of [...world.working.values()]) {
    if (order.terms.account === account.id && !order.terms.reduceOnly) endOrder(world, order, 'CANCELLED', reason);
  }
}

function told(pool: PoolState, what: string) {
  const { currency, marginBalance, maintenanceMargin, ratio } = pool;
  const balance = `margin balance ${marginBalance.toPrecision(6)} ${currency}`;
  const message = `${what}: ${balance}, maintenance margin ${maintenanceMargin.toPrecision(6)}`;
  return { message, details: { currency, marginBalance, maintenanceMargin, ratio } };
}

function warn(world: World, account: PaperAccount, owner: Account, pool: PoolState): void {
  const { currency, ratio } = pool;
  if (ratio < WARN_AGAIN) account.warned.delete(currency);
  if (ratio < WARN_AT || account.warned.has(currency)) return;
  account.warned.add(currency);
  const { message, details } = told(pool, 'margin call');
  world.emit(owner.venue, { type: 'margin-call', account: account.id, reason: fault('margin-call', message, details) });
}

function checkPool(world: World, account: PaperAccount, owner: Account, pool: PoolState, at: EpochMs): void {
  warn(world, account, owner, pool);
  if (pool.maintenanceMargin <= 0 || pool.marginBalance >= pool.maintenanceMargin) return;
  if (members(world, account, pool.currency).length === 0) return;
  cancelOpening(world, account);
  const liquidate = owner.rules === 'hyperliquid' ? liquidateHyperliquid : liquidateDeribit;
  const { message, details } = told(pool, 'liquidation');
  if (!liquidate(world, account, pool, at)) return;
  world.emit(owner.venue, { type: 'liquidation', account: account.id, reason: fault('liquidation', message, details) });
}

export interface MarginWatch {
  /** No account has to be looked at before the next multiple of {@link CALM_EVERY}. */
  readonly calm: boolean;
  /** Nor before this time: it was proven that a look changes nothing until then. */
  readonly provenUntil: EpochMs;
  step(at: EpochMs): void;
  /** Something reached the venue: every account is looked at with the next tick. */
  wake(): void;
  /** Something may trade: what was proven does not hold any more. */
  doubt(): void;
}

/** Time between two attempts to prove that nothing can happen, and the end of what is proven: cash changes on the hour. */
const PROVE_EVERY = 10 * MINUTE;
const PROVEN_TO = HOUR;

/**
 * Looks after the margin of every account, tick by tick. Remembers only how near each was when last looked at, and how
 * long its margin is out of danger whatever the marks do: looks that can change nothing are left out.
 */
export function marginWatch(world: World): MarginWatch {
  const ratios = new Map<string, number>();
  let [proven, tried] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const near = (id: string) => (ratios.get(id) ?? Number.POSITIVE_INFINITY) > CLOSE;
  const calm = () => {
    for (const id of world.accounts.keys()) if (near(id)) return false;
    return true;
  };
  /** Calm now, nobody to be warned or forgotten, and no mark that could bring a pool near until then. */
  const prove = (at: EpochMs) => {
    if (at < tried || world.working.size > 0 || !calm()) return;
    tried = Math.floor(at / PROVE_EVERY) * PROVE_EVERY + PROVE_EVERY;
    const until = Math.floor(at / PROVEN_TO) * PROVEN_TO + PROVEN_TO;
    for (const [id, owner] of world.accounts) {
      const account = accountOf(world.state, id);
      if (account.warned.size > 0 || ratioBound(world, account, owner, at, until) > CLOSE) return;
    }
    proven = until;
  };
  const doubt = () => {
    [proven, tried] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  };
  return {
    get calm() {
      return calm();
    },
    get provenUntil() {
      return proven;
    },
    step: (at) => {
      if (at < proven) return;
      const due = at % CALM_EVERY === 0;
      for (const [id, owner] of world.accounts) {
        if (!due && !near(id)) continue;
        const account = accountOf(world.state, id);
        const pools = world.pools(account, at);
        ratios.set(id, Math.max(0, ...pools.map((pool) => pool.ratio)));
        for (const pool of pools) checkPool(world, account, owner, pool, at);
      }
      prove(at);
    },
    wake: () => {
      ratios.clear();
      doubt();
    },
    doubt,
  };
}
