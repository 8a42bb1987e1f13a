import type { LegResult, Unsubscribe } from '#main/engine/ports.ts';
import type { Side } from '#shared/domain/order.ts';
import { type Decimal, decimal, multiply, type Price, type Quantity, toNumber } from '#shared/units/decimal.ts';
import type { ClientOrderId, InstrumentId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { DeadMan } from './dead-man.ts';
import type { Listed } from './instruments.ts';
import { type LedgerLine, ledgerLineOf } from './ledger.ts';
import type { Listing } from './listing.ts';
import { cloidFor, type OrderLeg } from './orders.ts';
import { onTick } from './precision.ts';
import { refusal } from './refusals.ts';
import type { Act, Info } from './session.ts';
import type { Subscriptions } from './subscriptions.ts';
import { readAs } from './wire.ts';
import { wireLedger, wireState } from './wire-account.ts';
import { wireTapeTrades } from './wire-market.ts';
import { wireDone, wirePlaced } from './wire-trading.ts';

/** A trade of the venue's tape. Quantity unsigned, coins; `side` is the taker's. */
export interface TapeTrade {
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly at: EpochMs;
}

/** How the venue margins one position. Money in USDC. */
export interface PositionMargin {
  readonly instrument: InstrumentId;
  readonly mode: 'cross' | 'isolated';
  readonly leverage: number;
  readonly margin: Decimal;
  readonly liquidationPrice: Price | null;
}

/** Exits of a whole position that the venue keeps: whichever trigger the mark meets first closes it at market. */
export interface Exits {
  readonly takeProfit: { readonly id: ClientOrderId; readonly trigger: Price } | null;
  readonly stopLoss: { readonly id: ClientOrderId; readonly trigger: Price } | null;
}

/** What Hyperliquid can do beyond a venue's common part. Refusals of the venue are thrown. */
export interface HyperliquidDesk extends Pick<DeadMan, 'arm'> {
  setLeverage(instrument: InstrumentId, leverage: number, mode: PositionMargin['mode']): Promise<void>;
  /** Adds USDC to an isolated position, or takes it out where the amount is negative. Six decimals. */
  addMargin(instrument: InstrumentId, side: Side, amount: Decimal): Promise<void>;
  margins(): Promise<readonly PositionMargin[]>;
  /** Sets triggers that close the position, held on `side`, whatever its size is then. */
  protect(instrument: InstrumentId, side: Side, quantity: Quantity, exits: Exits): Promise<readonly LegResult[]>;
  /** Deposits, withdrawals, transfers and liquidations from a time on, oldest first. */
  ledger(from: EpochMs): Promise<readonly LedgerLine[]>;
  watchTrades(instrument: InstrumentId, on: (trade: TapeTrade) => void): Promise<Unsubscribe>;
}

export interface DeskSetup {
  readonly user: string;
  readonly info: Info;
  readonly act: Act;
  readonly listing: Listing;
  readonly subscriptions: Subscriptions;
  readonly deadMan: DeadMan;
}

const MILLIONTHS = decimal(1_000_000);
/** A trigger's market order goes no further than this beyond the trigger. */
const BEYOND = { buy: decimal('1.1'), sell: decimal('0.9') };

export function createDesk(setup: DeskSetup): HyperliquidDesk {
  const { user, info, act, listing, subscriptions, deadMan } = setup;
  const listed = (instrument: InstrumentId): Listed => {
    const found = listing.byId(instrument);
    if (found !== undefined) return found;
    throw new FaultError(fault('unknown-instrument', `${instrument} is not listed`, { instrument }));
  };
  const done = async (action: Parameters<Act>[1]): Promise<void> => {
    const answer = await act(wireDone, action, null);
    if (answer.status === 'err') throw new FaultError(refusal(answer.response, action.type));
  };
  const exitLeg = (
    { asset, places }: Listed,
    side: Side,
    quantity: Quantity,
    exit: { id: ClientOrderId; trigger: Price; tpsl: 'tp' | 'sl' },
  ): OrderLeg => {
    const closing: Side = side === 'buy' ? 'sell' : 'buy';
    // No later than wanted: the nearer price to the market is above a falling trigger and below a rising one.
    const rises = (closing === 'buy') === (exit.tpsl === 'sl');
    const triggerPx = onTick(exit.trigger, places, rises ? 'down' : 'up');
    const p = onTick(multiply(triggerPx, BEYOND[closing]), places, closing === 'buy' ? 'up' : 'down');
    const t = { trigger: { isMarket: true, triggerPx, tpsl: exit.tpsl } };
    return { a: asset, b: closing === 'buy', p, s: quantity, r: true, t, c: cloidFor(exit.id) };
  };
  return {
    arm: deadMan.arm,
    setLeverage: (instrument, leverage, mode) =>
      done({ type: 'updateLeverage', asset: listed(instrument).asset, isCross: mode === 'cross', leverage }),
    addMargin: (instrument, side, amount) =>
      done({
        type: 'updateIsolatedMargin',
        asset: listed(instrument).asset,
        isBuy: side === 'buy',
        ntli: toNumber(multiply(amount, MILLIONTHS)),
      }),
    margins: async () => {
      const { assetPositions } = await info(wireState, { type: 'clearinghouseState', user });
      return assetPositions.flatMap(({ position }): PositionMargin[] => {
        const instrument = listing.byCoin(position.coin)?.instrument.id;
        if (instrument === undefined) return [];
        const { leverage, marginUsed: margin, liquidationPx } = position;
        const liquidationPrice = liquidationPx ?? null;
        return [{ instrument, mode: leverage.type, leverage: leverage.value, margin, liquidationPrice }];
      });
    },
    protect: async (instrument, side, quantity, { takeProfit, stopLoss }) => {
      const of = listed(instrument);
      const exits = [
        ...(takeProfit === null ? [] : [{ ...takeProfit, tpsl: 'tp' as const }]),
        ...(stopLoss === null ? [] : [{ ...stopLoss, tpsl: 'sl' as const }]),
      ];
      const orders = exits.map((exit) => exitLeg(of, side, quantity, exit));
      const answer = await act(wirePlaced, { type: 'order', orders, grouping: 'positionTpsl' }, null);
      if (answer.status === 'err') throw new FaultError(refusal(answer.response, 'order'));
      const { statuses } = answer.response.data;
      return exits.map(({ id }, i): LegResult => {
        const status = statuses[i];
        if (typeof status === 'object' && 'error' in status) {
          return { outcome: 'rejected', id, reason: refusal(status.error, 'order') };
        }
        if (typeof status === 'object' && 'resting' in status) {
          return { outcome: 'accepted', id, venueOrderId: String(status.resting.oid) };
        }
        return { outcome: 'unknown', id, reason: fault('no-number', 'hyperliquid gave no number of the trigger') };
      });
    },
    ledger: async (from) => {
      const rows = await info(wireLedger, { type: 'userNonFundingLedgerUpdates', user, startTime: Math.floor(from) });
      return rows.map(ledgerLineOf).sort((a, b) => a.at - b.at);
    },
    watchTrades: async (instrument, on) => {
      const wanted = { type: 'trades', coin: listed(instrument).coin };
      await subscriptions.open(wanted, (payload) => {
        for (const { side, px, sz, time } of readAs(wireTapeTrades, payload, 'trades')) {
          on({ side: side === 'B' ? 'buy' : 'sell', price: px, quantity: sz, at: time });
        }
      });
      return () => void subscriptions.close(wanted).catch(() => undefined);
    },
  };
}
