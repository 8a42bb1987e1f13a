import { HYPERLIQUID } from '#main/venues/paper/demo-book.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Clockwork } from '#test/venues/simulator/clockwork.ts';
import type { FaultState } from '#test/venues/simulator/faults.ts';
import { type Leverage, wireActiveOf, wireSpotStateOf, wireStateOf } from './account.ts';
import { type Keys, USER } from './keys.ts';
import { contextOf, DELISTED_CONTEXT, type Market, marketsOf, metaOf, spotMetaOf } from './markets.ts';
import type { OrderDesk } from './orders.ts';
import { Refusal } from './refusal.ts';

export type Query = Readonly<Record<string, unknown>> & { readonly type: string };

export interface FundingRow {
  readonly time: EpochMs;
  readonly coin: string;
  readonly usdc: string;
}

/** Everything behind the wire. */
export interface Venue {
  readonly work: Clockwork;
  readonly orders: OrderDesk;
  readonly keys: Keys;
  readonly faults: FaultState<string>;
  readonly fundings: readonly FundingRow[];
  readonly leverages: Map<string, Leverage>;
  readonly unified: boolean;
  readonly venueTime: () => EpochMs;
}

const FILLS_AT_ONCE = 2_000;
const FUNDINGS_AT_ONCE = 500;
const DEPTH = 20;

export function wireBookOf(coin: string, { bids, asks }: OrderBook, time: EpochMs): object {
  const side = (levels: typeof bids) =>
    levels.map(({ price, size }) => ({ px: String(price), sz: String(size), n: 1 }));
  return { coin, time, levels: [side(bids), side(asks)] };
}

export function marketOf(venue: Venue, coin: unknown): Market {
  const market = marketsOf(venue.work.exchange).find((one) => one.coin === coin);
  if (market !== undefined) return market;
  throw new Refusal(`no such coin ${String(coin)}`);
}

function between<T extends { readonly time: EpochMs }>(
  rows: readonly T[],
  { startTime, endTime }: Query,
): readonly T[] {
  const [from, to] = [Number(startTime ?? 0), Number(endTime ?? Number.POSITIVE_INFINITY)];
  return rows.filter((one) => one.time >= from && one.time <= to);
}

function feesOf(venue: Venue): object {
  const all = venue.work.exchange.instruments(HYPERLIQUID);
  const [perpetual, spot] = [all.find((one) => one.kind === 'perpetual'), all.find((one) => one.kind === 'spot')];
  return {
    userCrossRate: perpetual?.fees.taker ?? '0',
    userAddRate: perpetual?.fees.maker ?? '0',
    userSpotCrossRate: spot?.fees.taker ?? '0',
    userSpotAddRate: spot?.fees.maker ?? '0',
    activeReferralDiscount: '0.0',
  };
}

type Answer = (query: Query, venue: Venue) => unknown;

const contexts = ({ work }: Venue, spot: boolean): readonly object[] =>
  marketsOf(work.exchange)
    .filter((one) => (one.instrument.kind === 'spot') === spot)
    .map((one) => contextOf(work.exchange, one));

/** What belongs to an account is told of the one there is; any other is empty. */
const own =
  (answer: Answer, other: unknown): Answer =>
  (query, venue) =>
    String(query.user).toLowerCase() === USER ? answer(query, venue) : other;

const EMPTY_SUMMARY = { accountValue: '0.0', totalNtlPos: '0.0', totalRawUsd: '0.0', totalMarginUsed: '0.0' };
const EMPTY_STATE = {
  marginSummary: EMPTY_SUMMARY,
  crossMarginSummary: EMPTY_SUMMARY,
  crossMaintenanceMarginUsed: '0.0',
  withdrawable: '0.0',
  assetPositions: [],
  time: 0,
};

const ANSWERS: Readonly<Record<string, Answer>> = {
  exchangeStatus: (_, { venueTime }) => ({ time: Math.floor(venueTime()), specialStatuses: null }),
  perpDexs: () => [null],
  outcomeMeta: () => ({ outcomes: [], questions: [] }),
  meta: (_, { work }) => metaOf(marketsOf(work.exchange)),
  spotMeta: (_, { work }) => spotMetaOf(marketsOf(work.exchange)),
  metaAndAssetCtxs: (_, venue) => [
    metaOf(marketsOf(venue.work.exchange)),
    [DELISTED_CONTEXT, ...contexts(venue, false)],
  ],
  spotMetaAndAssetCtxs: (_, venue) => [spotMetaOf(marketsOf(venue.work.exchange)), contexts(venue, true)],
  allMids: (_, { work }) =>
    Object.fromEntries(
      marketsOf(work.exchange).map(({ coin, instrument }) => {
        const { bid, ask, mark } = work.exchange.quote(instrument, work.exchange.now);
        return [coin, String(bid === null || ask === null ? mark : (bid + ask) / 2)];
      }),
    ),
  l2Book: (query, venue) => {
    const { instrument, coin } = marketOf(venue, query.coin);
    return wireBookOf(coin, venue.work.exchange.depth(instrument.id, DEPTH), Math.floor(venue.venueTime()));
  },
  userAbstraction: (_, { unified }) => (unified ? 'unifiedAccount' : 'disabled'),
  userRole: ({ user }, { keys }) => keys.roleOf(String(user)),
  userFees: (_, venue) => feesOf(venue),
  clearinghouseState: own(
    (_, { work, leverages, unified, faults }) => wireStateOf(work.exchange, leverages, unified, faults.takeEmpty()),
    EMPTY_STATE,
  ),
  activeAssetData: (query, venue) => wireActiveOf(venue.work.exchange, venue.leverages, marketOf(venue, query.coin)),
  spotClearinghouseState: own((_, { work, unified }) => wireSpotStateOf(work.exchange, unified), { balances: [] }),
  openOrders: own((_, { orders }) => orders.open(), []),
  frontendOpenOrders: own((_, { orders }) => orders.open(), []),
  orderStatus: own(
    ({ oid }, { orders }) => {
      const order = orders.find(typeof oid === 'number' ? oid : String(oid));
      return order === null ? { status: 'unknownOid' } : { status: 'order', order };
    },
    { status: 'unknownOid' },
  ),
  userFills: own((_, { orders }) => orders.fills.slice(-FILLS_AT_ONCE).reverse(), []),
  userFillsByTime: own((query, { orders }) => between(orders.fills, query).slice(0, FILLS_AT_ONCE), []),
  userFunding: own(
    (query, { fundings }) =>
      between(fundings, query)
        .slice(0, FUNDINGS_AT_ONCE)
        .map(({ time, ...delta }) => ({
          time,
          hash: `0x${'0'.repeat(64)}`,
          delta: { type: 'funding', szi: '0.0', fundingRate: '0.0', nSamples: null, ...delta },
        })),
    [],
  ),
  userNonFundingLedgerUpdates: own(
    (query) => between([{ time: 1, hash: `0x${'0'.repeat(64)}`, delta: { type: 'deposit', usdc: '50000.0' } }], query),
    [],
  ),
};

/** What `/info` answers. Throws a {@link Refusal} for what it cannot. */
export function answerInfo(query: Query, venue: Venue): unknown {
  const answer = Object.hasOwn(ANSWERS, query.type) ? ANSWERS[query.type] : undefined;
  if (answer === undefined) throw new Refusal(`422 Failed to deserialize the JSON body: unknown type ${query.type}`);
  return answer(query, venue);
}
