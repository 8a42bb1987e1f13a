import type { BlockMark } from '#main/venues/evm/chain.ts';
import type { ProtocolState } from '#main/venues/evm/protocol.ts';
import { chainInstrument, chainQuote } from '#main/venues/evm/rows.ts';
import { tokenNamed } from '#main/venues/evm/tokens.ts';
import type { Account, Balance } from '#shared/domain/account.ts';
import type { LiquidityRange } from '#shared/domain/instrument.ts';
import { rangeGreeks } from '#shared/pricing/onchain/uniswap-v3.ts';
import { add, type Decimal, decimal, isZero, ZERO } from '#shared/units/decimal.ts';
import type { Currency, VenueId } from '#shared/units/ids.ts';
import { fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { UniswapConfig } from './config.ts';
import type { RangeReading, WalletReading } from './reading.ts';

/** An owner's ranges and wallet as of one block. */
export interface RangeState extends ProtocolState, WalletReading {}

/** Decimals of a range: nobody counts parts of one. */
const WHOLE = 0;

function instrumentOf(venue: VenueId, { id, pool, range }: RangeReading, config: UniswapConfig): LiquidityRange {
  return {
    ...chainInstrument(venue, `${pool.id}-${id}`, tokenNamed(config.tokens, pool.base).coin, WHOLE),
    kind: 'liquidity-range',
    liquidity: decimal(range.liquidity),
    lower: decimal(range.lower),
    upper: decimal(range.upper),
  };
}

/** Tokens in hand and fees to be collected, by the coin they are a form of: WETH is ether. */
function balancesOf(config: UniswapConfig, coin: Currency, reading: WalletReading): readonly Balance[] {
  const sums = new Map<Currency, Decimal>();
  const count = (currency: Currency, quantity: Decimal): void => {
    sums.set(currency, add(sums.get(currency) ?? ZERO, quantity));
  };
  const coinOf = (symbol: Currency): Currency => tokenNamed(config.tokens, symbol).coin;
  count(coin, reading.coins);
  for (const [symbol, quantity] of reading.wallet) count(coinOf(symbol), quantity);
  for (const { pool, owed } of reading.ranges) {
    count(coinOf(pool.base), owed.base);
    count(coinOf(pool.quote), owed.quote);
  }
  return [...sums]
    .filter(([, cash]) => !isZero(cash))
    .map(([currency, cash]) => ({ account: config.account.id, currency, cash }));
}

/** What was read as rows of the book, with their prices. Nobody margins a wallet. */
export function rangeState(
  config: UniswapConfig,
  coin: Currency,
  block: BlockMark,
  reading: WalletReading,
  now: EpochMs,
): RangeState {
  const { venue } = config;
  const account: Account = { ...config.account, venue, rules: 'unmargined' };
  const rows = reading.ranges
    .filter((one) => one.liquidity > 0n)
    .map((one) => {
      const instrument = instrumentOf(venue, one, config);
      const { price } = one.pool;
      const mark = rangeGreeks(one.range, price).value;
      const quote = chainQuote(instrument.id, { mark, forward: price, index: price, funding8h: null }, block, now);
      return { instrument, quote };
    });
  return {
    ...reading,
    block,
    account,
    instruments: rows.map((one) => one.instrument),
    quotes: rows.map((one) => one.quote),
    balances: balancesOf(config, coin, reading),
    // What was paid in is not in the contract's state.
    positions: rows.map(({ instrument }) => ({
      account: account.id,
      instrument: instrument.id,
      quantity: decimal(1),
      entry: ZERO,
    })),
    pools: [],
    flaws: reading.foreign.map((id) =>
      fault('unknown-pool', `${venue}: range ${id} is in a pool that is not configured and is not counted`, { id }),
    ),
  };
}
