import type { Engine } from '#main/engine/engine.ts';
import { PLAIN_TERMS, pathsFor, type RouteMarket } from '#shared/control/router/paths.ts';
import { routeOrder } from '#shared/control/router/router.ts';
import type { ResolvedLeg } from '#shared/control/ticket/resolve.ts';
import type { Book } from '#shared/domain/book.ts';
import { type Instrument, isDeltaOne } from '#shared/domain/instrument.ts';
import type { OrderRequest, Side } from '#shared/domain/order.ts';
import type { RoutePreview } from '#shared/ipc/contract.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';

const LEVELS = 50;
/** As `keel route`: what costs more than this share of the index is left unplaced. */
const COLLAR = 0.01;
const HOLDING_HOURS = 8;
const MARGIN_CARRY = 0.05;
const MOST_VENUES = 100;

/** What a route is looked for in: the book, the venues' depth, and the market. */
export interface RouteGround {
  readonly journal: { readonly book: Book };
  readonly engine: Pick<Engine, 'venues' | 'depth'>;
  market(): MarketSnapshot;
}

async function marketOf(ground: RouteGround, instruments: readonly Instrument[]): Promise<RouteMarket> {
  const { journal, engine } = ground;
  const books = await Promise.all(instruments.map((one) => engine.depth(one.id, LEVELS)));
  const live = new Set(engine.venues.filter((one) => one.status === 'live' && one.reconciled).map((one) => one.venue));
  const { positions, accounts } = journal.book;
  return {
    snapshot: ground.market(),
    instruments,
    books: new Map(books.flatMap((one) => (one.ok ? [[one.value.instrument, one.value] as const] : []))),
    terms: new Map(
      instruments.map((one) => [one.id, { ...PLAIN_TERMS, state: live.has(one.venue) ? 'live' : 'down' }]),
    ),
    accounts: [...accounts.values()].map(({ id, venue }) => ({
      account: id,
      venue,
      volumeUsd: 0,
      freeMarginUsd: null,
      positions: new Map(
        [...positions.values()].flatMap((one) =>
          one.account === id ? [[one.instrument, toNumber(one.quantity)] as const] : [],
        ),
      ),
    })),
  };
}

function orderOf({ account, instrument, side, quantity }: RoutePreview['slices'][number]): OrderRequest {
  return {
    account, instrument, side, quantity, type: 'market', limit: null, trigger: null, timeInForce: 'ioc',
    postOnly: false, reduceOnly: false,
  }; // biome-ignore format: one glance
}

/** An exposure that is wanted. */
export interface WantedExposure {
  readonly underlying: UnderlyingId;
  readonly side: Side;
  /** Unsigned. */
  readonly coins: number;
  /** By which kind of instrument; null: whichever is cheapest. */
  readonly kind: 'perpetual' | 'future' | 'spot' | null;
}

/**
 * The cheapest way over all venues to an exposure, at once and held for eight hours; null where nothing is quoted or
 * nobody can take any of it. Nothing is sent.
 */
export async function routeExposure(ground: RouteGround, wanted: WantedExposure): Promise<RoutePreview | null> {
  const { underlying, side, coins, kind } = wanted;
  const spot = ground.market().index.get(underlying);
  if (spot === undefined) return null;
  const instruments = [...ground.journal.book.instruments.values()].filter(
    (one) => isDeltaOne(one) && one.underlying === underlying && (kind === null || one.kind === kind),
  );
  const market = await marketOf(ground, instruments);
  const order = { underlying, side, instruments: null, holdingHours: HOLDING_HOURS, marginCarry: MARGIN_CARRY };
  const limits = { wanted: coins, collar: COLLAR * spot, maxVenues: MOST_VENUES, allOrNothing: false };
  const found = routeOrder({ ...pathsFor(order, market), ...limits });
  if (!found.ok) return null;
  const { slices, cost, alternatives, reasons, unplacedCoins } = found.value;
  const others = alternatives.filter((one) => one.way !== 'nothing');
  return { slices, cost, alternatives: others, reasons, unplacedCoins, orders: slices.map(orderOf), inLine: false };
}

/** The same for the exposure of a line's one leg; null for an option and for what only reduces as well. */
export async function previewRoute(ground: RouteGround, leg: ResolvedLeg): Promise<RoutePreview | null> {
  const { instrument, quote, request } = leg;
  if (!isDeltaOne(instrument) || request.reduceOnly || !quote) return null;
  const quantity = toNumber(request.quantity);
  const coins = instrument.payoff === 'inverse' ? quantity / quote.mark : quantity;
  return routeExposure(ground, { underlying: instrument.underlying, side: request.side, coins, kind: null });
}
