import type { BlockMark } from '#main/venues/evm/chain.ts';
import type { ProtocolState } from '#main/venues/evm/protocol.ts';
import { chainInstrument, chainQuote } from '#main/venues/evm/rows.ts';
import type { Account } from '#shared/domain/account.ts';
import type { Perpetual } from '#shared/domain/instrument.ts';
import { ratioOf } from '#shared/risk/margin/assessment.ts';
import type { MarginPool, MarginResult, PoolPosition } from '#shared/risk/margin/model.ts';
import { perpV2 } from '#shared/risk/margin/perp-v2.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { isZero, subtract } from '#shared/units/decimal.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { PerpConfig } from './config.ts';
import { isProvider, type PerpAccountReading, type PerpFigures } from './reading.ts';

/** An account at Perp v2 as of one block, with the contract's own figures beside it. */
export interface PerpState extends ProtocolState, PerpAccountReading {}

const DECIMALS = 18;
const TWIN_TOLERANCE = 1e-6;

/** The account as Keel's own rules take it. */
export function marginPoolOf({ markets, figures }: PerpAccountReading): MarginPool {
  const positions = markets
    .filter((one) => !isZero(one.size))
    .map(({ market, size, entry, mark, index }): PoolPosition => {
      const price = Number(mark);
      const terms = { kind: 'future', inverse: false, right: 0, strike: 0, vol: 0, years: 0 } as const;
      const own = { quantity: Number(size), mark: price, index: Number(index), entry: Number(entry), forward: price };
      return { ...terms, ...own, underlying: market.coin };
    });
  const cash = Number(figures.accountValue) - Number(figures.unrealised);
  return { currency: 'USDC', currencyUsd: 1, cash, positions, assets: [], leverage: 0 };
}

function poolOf(account: Account, figures: PerpFigures, twin: MarginResult): PoolMargin {
  const [equity, maintenance] = [Number(figures.accountValue), Number(figures.requirement)];
  return {
    account: account.id,
    venue: account.venue,
    rules: account.rules,
    currency: 'USDC',
    currencyUsd: 1,
    equity,
    marginBalance: equity,
    initialMargin: twin.initial,
    maintenanceMargin: maintenance,
    ratio: ratioOf({ ...twin, marginBalance: equity, maintenance }),
    available: Number(figures.freeCollateral),
    liquidationBelow: null,
    liquidationAbove: null,
    distance: null,
    distanceSigmaDays: null,
  };
}

function flawsOf({ venue }: PerpConfig, reading: PerpAccountReading, twin: MarginResult): readonly Fault[] {
  const { requirement } = reading.figures;
  const provided = reading.markets.filter(isProvider).map(({ market, provided: coins }) => {
    const message = `${venue}: ${coins} ${market.coin} of liquidity in ${market.id} are not counted`;
    return fault('liquidity-not-counted', message, { market: market.id, coins });
  });
  const [own, theirs] = [twin.maintenance, Number(requirement)];
  if (provided.length > 0 || Math.abs(own - theirs) <= TWIN_TOLERANCE * Math.max(theirs, 1)) return provided;
  const message = `${venue}: maintenance margin is ${own.toFixed(2)} by Keel's rules and ${theirs.toFixed(2)} by the contract`;
  return [fault('margin-drift', message, { own, theirs })];
}

/** What was read as rows of the book, with their prices and the contract's margin. */
export function perpState(config: PerpConfig, block: BlockMark, reading: PerpAccountReading, now: EpochMs): PerpState {
  const { venue } = config;
  const { figures } = reading;
  const account: Account = { ...config.account, venue, rules: 'perp-v2' };
  const rows = reading.markets.map((one) => {
    const instrument: Perpetual = {
      ...chainInstrument(venue, one.market.id, one.market.coin, DECIMALS),
      kind: 'perpetual',
    };
    const mark = Number(one.mark);
    const price = { mark, forward: mark, index: Number(one.index), funding8h: one.rate8h };
    return { instrument, quote: chainQuote(instrument.id, price, block, now), held: one };
  });
  const twin = perpV2(marginPoolOf(reading));
  return {
    ...reading,
    block,
    account,
    instruments: rows.map((one) => one.instrument),
    quotes: rows.map((one) => one.quote),
    // Funding that is due is in the account's value, and so in its cash.
    balances: [{ account: account.id, currency: 'USDC', cash: subtract(figures.accountValue, figures.unrealised) }],
    positions: rows
      .filter(({ held }) => !isZero(held.size))
      .map(({ instrument, held }) => ({
        account: account.id,
        instrument: instrument.id,
        quantity: held.size,
        entry: held.entry,
      })),
    pools: [poolOf(account, figures, twin)],
    flaws: flawsOf(config, reading, twin),
  };
}
