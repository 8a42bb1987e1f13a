import type { FillPage } from '#main/engine/ports.ts';
import { type Mark, marksOf, pagerOf, type Read, type Row, startOf } from '#main/venues/history-page.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { paymentOf } from './ledger.ts';
import type { Listing } from './listing.ts';
import { fillOf, type Owner } from './orders.ts';
import type { Info } from './session.ts';
import { type WireFunding, wireFundings } from './wire-account.ts';
import { type WireFill, wireFills } from './wire-trading.ts';

/** The most the venue answers at once (docs, "userFillsByTime", "userFunding"). */
const FILLS_AT_ONCE = 2_000;
const FUNDINGS_AT_ONCE = 500;
const PAGES_AT_MOST = 1_000;

export interface HistorySetup {
  readonly user: string;
  readonly owner: Owner;
  readonly info: Info;
  readonly listing: Pick<Listing, 'byCoin'>;
  /** Lists what was traded and is not listed, before a page is answered. */
  readonly introduce: (coins: readonly string[]) => Promise<void>;
}

export interface History {
  /** One page after `cursor`, oldest first; `next` is null when nothing new was there. */
  page(account: AccountId, cursor: string | null): Promise<FillPage>;
  /** Every fill from a time on, as far as the venue keeps them. */
  fillsFrom(info: Info, at: EpochMs): Promise<readonly WireFill[]>;
}

interface Source<T> {
  readonly atOnce: number;
  ask(from: EpochMs): Promise<readonly T[]>;
  rowOf(one: T): Row<T>;
}

/** Reads on from a mark until there is something new, or nothing more. */
async function readOn<T>(source: Source<T>, mark: Mark): Promise<Read<T>> {
  const rows = new Map<string, Row<T>>();
  let from = startOf(mark);
  for (let page = 0; page < PAGES_AT_MOST; page++) {
    const answer = (await source.ask(from)).map(source.rowOf).sort((a, b) => a.at - b.at);
    for (const row of answer) rows.set(row.key, row);
    const last = answer.at(-1)?.at ?? from;
    const whole = answer.length < source.atOnce;
    const news = [...rows.keys()].some((key) => !mark.ids.includes(key));
    if (whole || (news && last > from)) return { rows: [...rows.values()], whole };
    from = Math.max(last, from + 1);
  }
  throw new FaultError(fault('circular-history', 'hyperliquid’s history does not come to an end'));
}

const fillKey = ({ time, tid, oid }: WireFill) => `${time}-${tid}-${oid}`;

export function createHistory({ user, owner, info, listing, introduce }: HistorySetup): History {
  const fills = (asking: Info): Source<WireFill> => ({
    atOnce: FILLS_AT_ONCE,
    ask: (from) => asking(wireFills, { type: 'userFillsByTime', user, startTime: Math.floor(from) }),
    rowOf: (value) => ({ key: fillKey(value), at: value.time, value }),
  });
  const fundings: Source<WireFunding> = {
    atOnce: FUNDINGS_AT_ONCE,
    ask: async (from) => {
      const answer = await info(wireFundings, { type: 'userFunding', user, startTime: Math.floor(from) });
      return answer.map(({ time, delta }) => ({ time, ...delta }));
    },
    rowOf: (value) => ({ key: `${value.time}-${value.coin}`, at: value.time, value }),
  };
  return {
    page: async (account, cursor) => {
      const markOf = marksOf('hyperliquid', cursor);
      const traded = new Map([['fills', await readOn(fills(info), markOf('fills'))]]);
      const paid = new Map([['funding', await readOn(fundings, markOf('funding'))]]);
      const { fresh, next } = pagerOf(markOf, [...traded.values(), ...paid.values()]);
      const [newFills, newFundings] = [fresh(traded), fresh(paid)];
      await introduce([...newFills, ...newFundings].map((one) => one.coin));
      const booked = newFills.flatMap((one) => {
        const listed = listing.byCoin(one.coin);
        return listed === undefined ? [] : [fillOf(owner, listed, one)];
      });
      const payments = newFundings.flatMap((one) => {
        const listed = listing.byCoin(one.coin);
        return listed === undefined ? [] : (paymentOf(owner, listed, one) ?? []);
      });
      const nothing = newFills.length === 0 && newFundings.length === 0;
      return {
        fills: booked.filter((one) => one.account === account),
        funding: payments.filter((one) => one.account === account),
        next: nothing ? null : next(),
      };
    },
    fillsFrom: async (asking, at) => {
      const found: WireFill[] = [];
      const source = fills(asking);
      for (let from = at; ; ) {
        const answer = await source.ask(from);
        found.push(...answer);
        const last = Math.max(from, ...answer.map((one) => one.time));
        if (answer.length < FILLS_AT_ONCE) return found;
        from = last > from ? last : from + 1;
      }
    },
  };
}
