import type { Engine } from '#main/engine/engine.ts';
import { coveredShare, type MarginGround } from '#shared/control/router/margin-room.ts';
import { pathKey, type RoutePath } from '#shared/control/router/path.ts';
import { PLAIN_TERMS, pathsFor, type RouteMarket } from '#shared/control/router/paths.ts';
import { type RouteQuestion, type Routing, routeOrder, type Unusable } from '#shared/control/router/router.ts';
import type { ResolvedLeg } from '#shared/control/ticket/resolve.ts';
import type { Book } from '#shared/domain/book.ts';
import { type Instrument, isDeltaOne } from '#shared/domain/instrument.ts';
import type { OrderRequest, Side } from '#shared/domain/order.ts';
import type { RoutePreview } from '#shared/ipc/contract.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import type { Look } from './control/ground.ts';
import type { ControlLoop } from './control/loop.ts';

const LEVELS = 50;
/** As `keel route`: what costs more than this share of the index is left unplaced. */
const COLLAR = 0.01;
const HOLDING_HOURS = 8;
const MARGIN_CARRY = 0.05;
const MOST_VENUES = 100;

/** What a route is looked for in: the book, the venues' depth, the market, and what margin allows. */
export interface RouteGround {
  readonly journal: { readonly book: Book };
  readonly engine: Pick<Engine, 'venues' | 'depth'>;
  readonly control: Pick<ControlLoop, 'motion'> & { look(): Pick<Look, 'report' | 'trial'> | null };
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
      // Free margin bounds each path by what-ifs below, not by one rate.
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

/** Paths bounded by the free margin of their account's pools; those without any are none. */
function withinMargin(
  paths: readonly RoutePath[],
  wanted: number,
  margin: MarginGround,
): { readonly paths: readonly RoutePath[]; readonly unusable: readonly Unusable[] } {
  const unusable: Unusable[] = [];
  const bounded = paths.flatMap((path): RoutePath[] => {
    const share = coveredShare(margin, [{ path, coins: wanted }]);
    if (share === 1) return [path];
    const mostCoins = Math.min(share * wanted, path.mostCoins ?? Number.POSITIVE_INFINITY);
    if (mostCoins >= path.minimum * path.coinsPerUnit) return [{ ...path, mostCoins }];
    unusable.push({ account: path.account, instrument: path.instrument, why: 'its margin is used up' });
    return [];
  });
  return { paths: bounded, unusable };
}

/** How often the paths of an account are made smaller together before the route is taken as it is. */
const ROUNDS = 4;

/**
 * The route whose orders all together leave every account its initial margin. Paths of one account share what is free:
 * where they exceed it together, each may carry its share of what does fit, and the route is found anew.
 */
function routeWithin(question: RouteQuestion, margin: MarginGround): Routing | null {
  let paths = question.paths;
  for (let round = 0; ; round++) {
    const found = routeOrder({ ...question, paths });
    if (!found.ok || round === ROUNDS) return found.ok ? found.value : null;
    const byPath = new Map(found.value.slices.map((one) => [pathKey(one), one.coins]));
    const taken = paths.map((path) => ({ path, coins: byPath.get(pathKey(path)) ?? 0 }));
    const shares = new Map(
      [...new Set(found.value.slices.map((one) => one.account))].map((account) => {
        const own = taken.filter(({ path, coins }) => path.account === account && coins > 0);
        return [account, coveredShare(margin, own)];
      }),
    );
    if ([...shares.values()].every((share) => share === 1)) return found.value;
    paths = taken.map(({ path, coins }) => {
      const share = shares.get(path.account) ?? 1;
      return share === 1 ? path : { ...path, mostCoins: coins * share };
    });
  }
}

/** Before the first report nothing is known of margin: then only depth bounds the route. */
function routeWithMargin(question: RouteQuestion, { control }: RouteGround): Routing | null {
  const look = control.look();
  if (look === null) {
    const found = routeOrder(question);
    return found.ok ? found.value : null;
  }
  const margin = { pools: look.report.pools, trial: look.trial };
  const { paths, unusable } = withinMargin(question.paths, question.wanted, margin);
  return routeWithin({ ...question, paths, unusable: [...question.unusable, ...unusable] }, margin);
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
  const found = routeWithMargin({ ...pathsFor(order, market), ...limits }, ground);
  if (found === null) return null;
  const { slices, cost, alternatives, reasons, unplacedCoins } = found;
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
