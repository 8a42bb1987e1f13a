import type { AccountSnapshot } from '#main/engine/ports.ts';
import type { Credits } from '#main/venues/credits.ts';
import type { Account } from '#shared/domain/account.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { accountOf, type CurrencyUsd, holdingsOf, type SettlementOf } from './account.ts';
import type { Call } from './channels.ts';
import type { DeribitConfig } from './config.ts';
import { venueOrderOf } from './orders.ts';
import type { CreditPool } from './tiers.ts';
import type { Trading } from './trading.ts';
import { readAs } from './wire.ts';
import { type WireSummary, wirePositions, wireSummaries } from './wire-account.ts';

/** Readings of an account that trades meanwhile before it is given up as a moving one. */
const READINGS = 3;

export interface AccountReaderSetup {
  readonly config: Pick<DeribitConfig, 'account' | 'venue' | 'currencies'>;
  readonly call: Call;
  readonly openOrders: Trading['openOrders'];
  readonly settlementOf: SettlementOf;
  readonly currencyUsd: CurrencyUsd;
  readonly venueTime: () => EpochMs;
  /** Trades told so far. */
  readonly trades: () => number;
  readonly credits: Pick<Credits<CreditPool>, 'allow'>;
}

/** Reads what an account is and holds. */
export interface AccountReader {
  account(): Promise<Account>;
  snapshot(): Promise<AccountSnapshot>;
}

/**
 * Deribit answers orders, positions and balances one by one. They are one picture only when nothing traded in between:
 * else they are read again, and in the end called incomplete. The picture is as of when the reading began.
 */
export function createAccountReader(setup: AccountReaderSetup): AccountReader {
  const { config, call, openOrders, settlementOf, currencyUsd, venueTime, trades, credits } = setup;
  const owner = { venue: config.venue, account: config.account.id };

  const summaries = async (): Promise<readonly WireSummary[]> => {
    const method = 'private/get_account_summaries';
    const all = readAs(wireSummaries, await call(method, { extended: true }), method).summaries;
    const limits = all.find((one) => one.limits)?.limits;
    if (limits) {
      const { matching_engine, non_matching_engine } = limits;
      credits.allow('matching', matching_engine.trading.total.rate, matching_engine.trading.total.burst);
      credits.allow('general', non_matching_engine.rate, non_matching_engine.burst);
    }
    return all;
  };
  const read = async (left: number): Promise<AccountSnapshot> => {
    const [asOf, before] = [venueTime(), trades()];
    const working = await openOrders();
    const asked = { currency: 'any', kind: 'any' };
    const positions = readAs(wirePositions, await call('private/get_positions', asked), 'private/get_positions');
    const all = await summaries();
    const moved = trades() !== before;
    if (moved && left > 1) return read(left - 1);
    const account = accountOf(config.account, config.venue, all);
    const own = all.filter((one) => config.currencies.includes(one.currency) || one.equity !== 0);
    const held = holdingsOf({ account, summaries: own, positions }, settlementOf, currencyUsd);
    const orders = working.map((one) => venueOrderOf(owner, one));
    return { account, asOf, openOrders: orders, ...held, complete: held.complete && !moved };
  };
  return {
    account: async () => accountOf(config.account, config.venue, await summaries()),
    snapshot: () => read(READINGS),
  };
}
