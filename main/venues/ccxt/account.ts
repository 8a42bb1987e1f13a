import type { AccountSnapshot } from '#main/engine/ports.ts';
import type { Account, Balance } from '#shared/domain/account.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { absolute, type Decimal, isZero, negate, ZERO } from '#shared/units/decimal.ts';
import { type Fault, fault, toFault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Calls } from './calls.ts';
import type { CcxtConfig } from './config.ts';
import type { Dialect, PoolFigures } from './dialect.ts';
import { type Listing, quantityOf } from './listing.ts';
import { type Owner, venueOrderOf } from './orders.ts';
import {
  readAs,
  readEach,
  type WireBalance,
  type WireOrder,
  type WirePosition,
  wireBalance,
  wirePosition,
} from './wire.ts';

/** Readings of an account that trades meanwhile before it is given up as a moving one. */
const READINGS = 3;

export interface AccountReaderSetup {
  readonly config: CcxtConfig;
  readonly owner: Owner;
  readonly dialect: Dialect;
  readonly calls: Calls;
  readonly listing: Listing;
  readonly openOrders: () => Promise<readonly WireOrder[]>;
  readonly usd: (currency: string) => number;
  readonly venueTime: () => EpochMs;
  /** Own trades known so far. */
  readonly trades: () => number;
  readonly onFlaw: (reason: Fault) => void;
}

export interface AccountReader {
  readonly account: Account;
  snapshot(): Promise<AccountSnapshot>;
}

/** Keel has no margin rules of these venues: what they ask for is told by their own pools. */
export function accountOf({ account, venue }: CcxtConfig): Account {
  return { id: account.id, name: account.name, venue, rules: 'unmargined' };
}

/** Some classes sign the contracts of a short position and some do not; the side is right in all of them. */
function signed({ side, contracts }: WirePosition): Decimal {
  const size = contracts ?? ZERO;
  if (side === 'short') return negate(absolute(size));
  return side === 'long' ? absolute(size) : size;
}

function poolOf(account: Account, figures: PoolFigures, usd: (currency: string) => number): PoolMargin {
  const { currency, equity, initialMargin, maintenanceMargin } = figures;
  const over = equity > 0 ? maintenanceMargin / equity : Number.POSITIVE_INFINITY;
  const unknown = { liquidationBelow: null, liquidationAbove: null, distance: null, distanceSigmaDays: null };
  return {
    account: account.id,
    venue: account.venue,
    rules: account.rules,
    currency,
    currencyUsd: usd(currency),
    equity,
    marginBalance: equity,
    initialMargin,
    maintenanceMargin,
    ratio: maintenanceMargin === 0 ? 0 : over,
    available: equity - initialMargin,
    ...unknown,
  };
}

/**
 * Balances, positions and orders come one by one. They are one picture only when nothing traded in between: else they are
 * read again, and in the end called incomplete. Nor is one complete that has margin asked for and nothing to ask it for.
 */
export function createAccountReader(setup: AccountReaderSetup): AccountReader {
  const { config, owner, dialect, calls, listing } = setup;
  const account = accountOf(config);

  const positionsOf = async (): Promise<readonly WirePosition[]> => {
    const answer = await calls.call('fetchPositions');
    const onBad = (thrown: unknown) => {
      throw thrown;
    };
    return readEach(wirePosition, answer, 'position', onBad).filter((one) => !isZero(one.contracts ?? ZERO));
  };
  const cashOf = (balance: WireBalance): Balance[] =>
    [...dialect.cashOf(balance)].flatMap(([currency, cash]) =>
      isZero(cash) ? [] : [{ account: account.id, currency, cash }],
    );
  const read = async (left: number): Promise<AccountSnapshot> => {
    const [asOf, before] = [setup.venueTime(), setup.trades()];
    const working = await setup.openOrders();
    const held = await positionsOf();
    const balance = readAs(wireBalance, await calls.call('fetchBalance'), 'balance');
    const moved = setup.trades() !== before;
    if (moved && left > 1) return read(left - 1);
    const figures = dialect.poolsOf(balance);
    const asked = figures.some((one) => one.maintenanceMargin > 0) && working.length === 0;
    const strangers = held.filter((one) => listing.bySymbol(one.symbol) === undefined);
    for (const one of strangers) {
      setup.onFlaw(
        fault('unlisted-position', `${config.venue} holds ${one.symbol}, which is not among what is listed`),
      );
    }
    const openOrders = working.flatMap((wire) => {
      const listed = listing.bySymbol(wire.symbol ?? '');
      return listed ? [venueOrderOf(owner, dialect, listed, wire)] : [];
    });
    const balances = cashOf(balance);
    return {
      account,
      asOf,
      balances,
      positions: held.flatMap((one) => {
        const listed = listing.bySymbol(one.symbol);
        if (listed === undefined) return [];
        const quantity = quantityOf(listed, signed(one));
        return [{ account: account.id, instrument: listed.instrument.id, quantity, entry: one.entryPrice ?? ZERO }];
      }),
      openOrders,
      pools: figures.map((one) => poolOf(account, one, setup.usd)),
      complete: !moved && strangers.length === 0 && balances.length > 0 && (held.length > 0 || !asked),
    };
  };
  return {
    account,
    snapshot: async () => {
      try {
        return await read(READINGS);
      } catch (thrown) {
        setup.onFlaw(toFault(thrown));
        throw thrown;
      }
    },
  };
}
