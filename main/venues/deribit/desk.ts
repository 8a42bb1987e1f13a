import type { Preview } from '#main/engine/ports.ts';
import type { Account } from '#shared/domain/account.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Order } from '#shared/domain/order.ts';
import { add, type Decimal, negate, toNumber, ZERO } from '#shared/units/decimal.ts';
import { type AccountId, type Currency, nameOf } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type CurrencyUsd, poolOf } from './account.ts';
import type { Call } from './channels.ts';
import { readAs } from './wire.ts';
import { wireSettlements, wireSimulation, wireTransfers } from './wire-account.ts';
import { wireCombo, wireCombos } from './wire-market.ts';

/** A set of legs that trades as one instrument of the venue. */
export interface Combo {
  /** The venue's name: orders of it are placed under this. */
  readonly name: string;
  readonly state: string;
  readonly legs: readonly { readonly name: string; readonly ratio: Decimal }[];
}

/** Money that moved between accounts. Amount unsigned, in `currency`. */
export interface Transfer {
  readonly id: number;
  readonly currency: Currency;
  readonly amount: Decimal;
  readonly direction: string | null;
  readonly otherSide: string | null;
  readonly state: string;
  readonly at: EpochMs;
}

/** One position's daily settlement or delivery. Money in the settlement currency; positive = received. */
export interface Settlement {
  readonly kind: string;
  readonly name: string | null;
  readonly position: Decimal | null;
  readonly profit: Decimal | null;
  readonly funding: Decimal | null;
  readonly at: EpochMs;
}

/** What Deribit can do beyond a venue's common part. */
export interface DeribitDesk {
  combos(currency: Currency): Promise<readonly Combo[]>;
  /** Lists a combo of these legs, or finds the one that is listed. */
  createCombo(legs: readonly { readonly name: string; readonly quantity: Decimal }[]): Promise<Combo>;
  transfers(currency: Currency, most: number): Promise<readonly Transfer[]>;
  settlements(currency: Currency, most: number): Promise<readonly Settlement[]>;
}

export function createDesk(call: Call): DeribitDesk {
  const comboOf = ({
    id,
    state,
    legs,
  }: {
    id: string;
    state: string;
    legs: readonly { instrument_name: string; amount: Decimal }[];
  }): Combo => ({
    name: id,
    state,
    legs: legs.map((leg) => ({ name: leg.instrument_name, ratio: leg.amount })),
  });
  return {
    combos: async (currency) =>
      readAs(wireCombos, await call('public/get_combos', { currency }), 'public/get_combos').map(comboOf),
    createCombo: async (legs) => {
      const trades = legs.map(({ name, quantity }) => ({
        instrument_name: name,
        amount: Math.abs(toNumber(quantity)),
        direction: quantity.startsWith('-') ? 'sell' : 'buy',
      }));
      return comboOf(readAs(wireCombo, await call('private/create_combo', { trades }), 'private/create_combo'));
    },
    transfers: async (currency, most) => {
      const answer = await call('private/get_transfers', { currency, count: most });
      return readAs(wireTransfers, answer, 'private/get_transfers').data.map((one) => ({
        id: one.id,
        currency: one.currency,
        amount: one.amount,
        direction: one.direction ?? null,
        otherSide: one.other_side ?? null,
        state: one.state,
        at: one.created_timestamp,
      }));
    },
    settlements: async (currency, most) => {
      const method = 'private/get_settlement_history_by_currency';
      const { settlements } = readAs(wireSettlements, await call(method, { currency, count: most }), method);
      return settlements.map((one) => ({
        kind: one.type,
        name: one.instrument_name ?? null,
        position: one.position ?? null,
        profit: one.profit_loss ?? one.session_profit_loss ?? null,
        funding: one.funding ?? null,
        at: one.timestamp,
      }));
    },
  };
}

export interface PreviewSetup {
  readonly call: Call;
  readonly account: () => Promise<Account>;
  readonly byName: (name: string) => Instrument | undefined;
  readonly currencyUsd: CurrencyUsd;
  readonly venueTime: () => EpochMs;
}

/** Signed quantities by instrument, per settlement currency. */
function supposed(
  orders: readonly Order[],
  byName: PreviewSetup['byName'],
): ReadonlyMap<Currency, Readonly<Record<string, Decimal>>> {
  const pools = new Map<Currency, Record<string, Decimal>>();
  for (const order of orders) {
    const name = nameOf(order.instrument);
    const instrument = byName(name);
    if (instrument === undefined || instrument.kind === 'spot') {
      const message = `deribit cannot tell margin after an order of ${order.instrument}: expected a listed future or option`;
      throw new FaultError(fault('no-preview', message, { instrument: order.instrument }));
    }
    const positions = pools.get(instrument.settlement) ?? {};
    const signed = order.side === 'buy' ? order.quantity : negate(order.quantity);
    positions[name] = add(positions[name] ?? ZERO, signed);
    pools.set(instrument.settlement, positions);
  }
  return pools;
}

/** Deribit's own simulation: the account's positions and the orders' quantities on top, at the mark; the pools they touch. */
export function createPreview({ call, account, byName, currencyUsd, venueTime }: PreviewSetup) {
  return async (id: AccountId, orders: readonly Order[]): Promise<Preview> => {
    const owner = await account();
    if (owner.id !== id) throw new FaultError(fault('unknown-account', `account "${id}" is not at ${owner.venue}`));
    const pools = [];
    for (const [currency, quantities] of supposed(orders, byName)) {
      const simulated_positions = Object.fromEntries(Object.entries(quantities).map(([k, v]) => [k, toNumber(v)]));
      const method = 'private/simulate_portfolio';
      const answer = await call(method, { currency, add_positions: true, simulated_positions });
      const after = readAs(wireSimulation, answer, method);
      const initial_margin = after.projected_initial_margin;
      const maintenance_margin = after.projected_maintenance_margin;
      pools.push(poolOf(owner, { ...after, initial_margin, maintenance_margin }, currencyUsd));
    }
    return { asOf: venueTime(), pools };
  };
}
