import type { AccountSnapshot, Preview } from '#main/engine/ports.ts';
import type { Account, Balance } from '#shared/domain/account.ts';
import type { Order } from '#shared/domain/order.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { add, type Decimal, isZero, negate, subtract, ZERO } from '#shared/units/decimal.ts';
import { instrumentId, nameOf } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { DeriveConfig } from './config.ts';
import type { Listing } from './listing.ts';
import { type Owner, venueOrderOf } from './orders.ts';
import type { Call } from './session.ts';
import { readAs, type WireSubaccount, wireMargin, wireSubaccount } from './wire.ts';

const USDC = 'USDC';

export interface AccountReaderSetup {
  readonly config: DeriveConfig;
  readonly owner: Owner;
  readonly call: Call;
  readonly listing: Listing;
  readonly venueTime: () => EpochMs;
}

/** Reads what the subaccount is and holds: one answer, so one picture. */
export interface AccountReader {
  account(): Promise<Account>;
  snapshot(): Promise<AccountSnapshot>;
  preview(orders: readonly Order[]): Promise<Preview>;
}

/** Derive tells what is left over the requirement; Keel what is required. */
function poolOf(account: Account, equity: number, initialLeft: number, maintenanceLeft: number): PoolMargin {
  const [initialMargin, maintenanceMargin] = [equity - initialLeft, equity - maintenanceLeft];
  const over = equity > 0 ? maintenanceMargin / equity : Number.POSITIVE_INFINITY;
  return {
    account: account.id,
    venue: account.venue,
    rules: account.rules,
    currency: USDC,
    currencyUsd: 1,
    equity,
    marginBalance: equity,
    initialMargin,
    maintenanceMargin,
    ratio: maintenanceMargin === 0 ? 0 : over,
    available: initialLeft,
    liquidationBelow: null,
    liquidationAbove: null,
    distance: null,
    distanceSigmaDays: null,
  };
}

/**
 * Cash as Keel counts it: without the profit of perpetuals since their entry. Derive settles that profit into the
 * collateral without moving the entry; what is settled so far is the whole profit less what is still worth something.
 */
function cashOf(wire: WireSubaccount, asset: string, amount: Decimal): Decimal {
  if (asset !== USDC) return amount;
  const perps = wire.positions.filter((one) => one.instrument_type === 'perp');
  const settled = perps.map((one) => subtract(one.unrealized_pnl_excl_fees, one.mark_value));
  return settled.reduce((cash, one) => subtract(cash, one), amount);
}

export function createAccountReader({ config, owner, call, listing, venueTime }: AccountReaderSetup): AccountReader {
  const asked = { subaccount_id: config.subaccount };

  const read = async (): Promise<WireSubaccount> => {
    const method = 'private/get_subaccount';
    const wire = readAs(wireSubaccount, await call(method, asked), method);
    if (wire.subaccount_id === config.subaccount) return wire;
    throw new FaultError(fault('bad-payload', `derive answered for subaccount ${wire.subaccount_id}`));
  };
  const accountOf = ({ margin_type }: WireSubaccount): Account => ({
    id: owner.account,
    name: config.account.name,
    venue: owner.venue,
    rules: margin_type === 'SM' ? 'derive-standard' : 'derive-portfolio',
  });
  return {
    account: async () => accountOf(await read()),
    snapshot: async () => {
      const asOf = venueTime();
      const wire = await read();
      const account = accountOf(wire);
      const held = wire.positions.filter((one) => !isZero(one.amount));
      const strangers = held.filter((one) => listing.byName(one.instrument_name) === undefined);
      const balances = wire.collaterals.map((one): Balance => {
        return { account: account.id, currency: one.asset_name, cash: cashOf(wire, one.asset_name, one.amount) };
      });
      const required = wire.subaccount_value - wire.maintenance_margin;
      return {
        account,
        asOf,
        balances: balances.filter((one) => one.cash !== ZERO),
        positions: held.flatMap((one) => {
          if (listing.byName(one.instrument_name) === undefined) return [];
          const instrument = instrumentId(owner.venue, one.instrument_name);
          const position = { account: account.id, instrument, quantity: one.amount };
          return [{ ...position, entry: one.average_price_excl_fees }];
        }),
        openOrders: wire.open_orders.map((one) => venueOrderOf(owner, one)),
        pools: [poolOf(account, wire.subaccount_value, wire.initial_margin, wire.maintenance_margin)],
        // Margin asked for without a position to ask it for is a report that failed, not an account that is flat.
        complete: strangers.length === 0 && balances.length > 0 && (held.length > 0 || required < 1),
      };
    },
    preview: async (orders) => {
      const changes = new Map<string, Decimal>();
      for (const order of orders) {
        const name = nameOf(order.instrument);
        listing.named(name);
        const signed = order.side === 'buy' ? order.quantity : negate(order.quantity);
        changes.set(name, add(changes.get(name) ?? ZERO, signed));
      }
      const wire = await read();
      const method = 'private/get_margin';
      const simulated_position_changes = [...changes].map(([instrument_name, amount]) => ({ instrument_name, amount }));
      const after = readAs(wireMargin, await call(method, { ...asked, simulated_position_changes }), method);
      const { post_initial_margin, post_maintenance_margin } = after;
      const pool = poolOf(accountOf(wire), wire.subaccount_value, post_initial_margin, post_maintenance_margin);
      return { asOf: venueTime(), pools: [pool] };
    },
  };
}
