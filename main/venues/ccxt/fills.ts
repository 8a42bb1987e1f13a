import { recent } from '#main/venues/recent.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { decimal, ZERO } from '#shared/units/decimal.ts';
import type { ClientOrderId, TradeId, VenueOrderId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { type EpochMs, SECOND } from '#shared/units/time.ts';
import type { Calls } from './calls.ts';
import type { CcxtConfig } from './config.ts';
import type { Dialect, Scope } from './dialect.ts';
import type { Listing } from './listing.ts';
import { fillOf, type Owner } from './orders.ts';
import { readEach, type WireTrade, wireTrade } from './wire.ts';

/** Records may show up this late: what lies so far behind the mark is read again and what was told is left out. */
export const OVERLAP = 10 * SECOND;
const PAGES_AT_MOST = 1_000;
/** Trades whose index is remembered, so that they read the same again. */
const REMEMBERED = 5_000;

/** How far a list was read: up to `at`, and the ids that stand in the overlap before it. */
export interface Mark {
  readonly at: EpochMs;
  readonly ids: readonly string[];
}

export const START: Mark = { at: 0, ids: [] };

/** The mark after what lies in `rows` was told. */
export function advanced(mark: Mark, rows: readonly { readonly id: string; readonly at: EpochMs }[]): Mark {
  const at = Math.max(mark.at, ...rows.map((row) => row.at));
  const near = rows.filter((row) => row.at >= at - OVERLAP).map((row) => row.id);
  const kept = mark.at >= at - OVERLAP ? mark.ids : [];
  return { at, ids: [...new Set([...kept, ...near])] };
}

export interface FillReaderSetup {
  readonly config: CcxtConfig;
  readonly owner: Owner;
  readonly dialect: Dialect;
  readonly calls: Calls;
  readonly listing: Listing;
  readonly venueTime: () => EpochMs;
  readonly orderOf: (id: VenueOrderId) => ClientOrderId | null;
  readonly usd: (currency: string) => number;
  readonly onFlaw: (reason: Fault) => void;
}

interface Page {
  readonly from: EpochMs;
  readonly more: Scope;
}

/** What to ask for after a full page; a page of nothing but one moment is stepped over. */
function pageAfter(dialect: Dialect, page: Page, trades: readonly WireTrade[], news: boolean): Page | null {
  const [oldest, newest] = [trades[0], trades.at(-1)];
  if (oldest === undefined || newest === undefined) return null;
  if (dialect.older !== null) return { ...page, more: dialect.older(oldest) };
  return { ...page, from: news ? newest.timestamp : newest.timestamp + 1 };
}

/** The account's own trades after a mark, oldest first, each once. */
export type ReadFills = (mark: Mark) => Promise<{ readonly fills: readonly Fill[]; readonly mark: Mark }>;

export function createFillReader(setup: FillReaderSetup): ReadFills {
  const { config, owner, dialect, calls, listing, onFlaw } = setup;
  const indices = recent<TradeId, Fill['index']>(REMEMBERED);

  const pageOf = async (since: EpochMs, scope: Scope): Promise<readonly WireTrade[]> => {
    const { symbol, ...terms } = scope;
    const answer = await calls.call('fetchMyTrades', symbol, since, undefined, terms);
    return readEach(wireTrade, answer, 'own trade', (thrown) => onFlaw(toFault(thrown)));
  };
  /** Every page of one list from `since` on. */
  const scopeFrom = async (since: EpochMs, scope: Scope): Promise<readonly WireTrade[]> => {
    const rows = new Map<string, WireTrade>();
    let next: Page | null = { from: since, more: {} };
    for (let page = 0; next !== null; page++) {
      if (page === PAGES_AT_MOST) {
        throw new FaultError(fault('circular-history', `${config.venue}'s own trades do not come to an end`));
      }
      const before = rows.size;
      const trades: readonly WireTrade[] = await pageOf(next.from, { ...scope, ...next.more });
      for (const one of trades) rows.set(one.id, one);
      next = trades.length < dialect.pageSize ? null : pageAfter(dialect, next, trades, rows.size > before);
    }
    return [...rows.values()];
  };
  const indexAt = (one: WireTrade, underlying: string): Fill['index'] => {
    const known = indices.get(one.id);
    if (known !== undefined) return known;
    const now = setup.usd(underlying);
    const index = Number.isFinite(now) ? decimal(now) : ZERO;
    indices.set(one.id, index);
    return index;
  };
  return async (mark) => {
    const since = Math.max(mark.at - OVERLAP, setup.venueTime() - dialect.lookBack, 0);
    const scopes = dialect.fillScopes(
      config.kinds,
      listing.all().map((one) => one.symbol),
    );
    const lists = await Promise.all(scopes.map((scope) => scopeFrom(Math.floor(since), scope)));
    const told = new Set(mark.ids);
    const fresh = lists.flat().filter((one) => !told.has(one.id));
    const fills = fresh.flatMap((wire): Fill[] => {
      const listed = listing.bySymbol(wire.symbol);
      if (listed === undefined) return [];
      return [fillOf(owner, dialect, listed, wire, setup.orderOf, indexAt(wire, listed.instrument.underlying))];
    });
    const rows = fresh.map((one) => ({ id: one.id, at: one.timestamp }));
    return { fills: fills.sort((a, b) => a.at - b.at || order(a.trade, b.trade)), mark: advanced(mark, rows) };
  };
}

/** Trades of one moment in the order of their ids, as numbers where they are. */
function order(a: TradeId, b: TradeId): number {
  const [x, y] = [Number(a), Number(b)];
  return Number.isNaN(x) || Number.isNaN(y) ? (a < b ? -1 : 1) : x - y;
}
