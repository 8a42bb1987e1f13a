import type { AccountSnapshot } from '#main/engine/ports.ts';
import type { Account } from '#shared/domain/account.ts';
import { add, type Decimal, ZERO } from '#shared/units/decimal.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type Accounts, holdingsOf, type Keeping } from './account.ts';
import type { Listing } from './listing.ts';
import { type Owner, venueOrderOf } from './orders.ts';
import type { KnownOrders } from './orders-known.ts';
import type { Info } from './session.ts';
import { type WireState, wireSpotState, wireState } from './wire-account.ts';
import type { WireOrder } from './wire-trading.ts';

/** Readings of an account that changes meanwhile before it is given up as a moving one. */
const READINGS = 4;

function profitOf({ assetPositions }: WireState): Decimal {
  return assetPositions.reduce<Decimal>((total, { position }) => add(total, position.unrealizedPnl), ZERO);
}

export interface SnapshotSetup {
  readonly user: string;
  readonly owner: Owner;
  readonly info: Info;
  readonly openOrders: () => Promise<readonly WireOrder[]>;
  readonly listing: Pick<Listing, 'byCoin'>;
  readonly known: KnownOrders;
  /** Lists what is held and was not listed. */
  readonly introduce: (coins: readonly string[]) => Promise<void>;
  readonly venueTime: () => EpochMs;
  readonly keeping: () => Keeping;
  /** Trades told so far. */
  readonly trades: () => number;
  /** Told of a picture that is whole. */
  readonly learn: (perpetuals: WireState) => void;
}

/**
 * Reads what an account holds. Orders, positions and balances are answered one by one: they are one picture only when
 * nothing traded in between. A unified balance counts the profit of open positions, which moves with every mark: it is
 * of one picture with them only when the profit before it is the profit after it. Else all are read again, and in the end
 * called incomplete.
 */
export function createSnapshots(setup: SnapshotSetup): (account: Account, of: Accounts) => Promise<AccountSnapshot> {
  const { user, owner, info, openOrders, listing, known, introduce, venueTime, keeping, trades, learn } = setup;

  const read = async (account: Account, of: Accounts, left: number): Promise<AccountSnapshot> => {
    const [asOf, before] = [venueTime(), trades()];
    const working = await openOrders();
    const perpetuals = await info(wireState, { type: 'clearinghouseState', user });
    const spot = await info(wireSpotState, { type: 'spotClearinghouseState', user });
    const after = keeping() === 'unified' ? await info(wireState, { type: 'clearinghouseState', user }) : perpetuals;
    const moved = trades() !== before || profitOf(after) !== profitOf(perpetuals);
    if (moved && left > 1) return read(account, of, left - 1);
    await introduce([...perpetuals.assetPositions.map((one) => one.position.coin), ...working.map((one) => one.coin)]);
    const held = holdingsOf(account, { keeping: keeping(), perpetuals, spot }, listing);
    if (held.complete && !moved) learn(perpetuals);
    const openNow = working.flatMap((order) => {
      const listed = listing.byCoin(order.coin);
      if (listed === undefined || of.of(listed).id !== account.id) return [];
      const record = { order, status: 'open', statusTimestamp: order.timestamp };
      const wire = venueOrderOf(owner, listed, record);
      return [venueOrderOf(owner, listed, record, known.before(wire.clientOrderId))];
    });
    return { account, asOf, openOrders: openNow, ...held, complete: held.complete && !moved };
  };
  return (account, of) => read(account, of, READINGS);
}
