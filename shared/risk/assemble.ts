import type { Account } from '#shared/domain/account.ts';
import { expiryOf, type Instrument, isContract, isPaidFor, type MarginChoice } from '#shared/domain/instrument.ts';
import type { ClaimTerms } from '#shared/pricing/claims/terms.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { Currency, UnderlyingId, VenueId } from '#shared/units/ids.ts';
import { type EpochMs, isoSeconds, yearsBetween } from '#shared/units/time.ts';
import { claimTerms } from './claims.ts';
import {
  ageOf,
  type Collected,
  collect,
  type Excluded,
  type HeldBook,
  isDollar,
  type Priced,
  type Valuation,
} from './collect.ts';
import { Numbering } from './numbering.ts';
import { pooled } from './pooling.ts';
import {
  CLAIM,
  DOLLARS,
  INVERSE,
  INVERSE_OPTION,
  LINEAR,
  LINEAR_OPTION,
  MARGINED_CLAIM,
  PAYOFF_SHIFTS,
  type PoolProblem,
  type RiskProblem,
} from './problem.ts';
import type { RowKey } from './report.ts';

export { type HeldBook, isDollar, type Valuation } from './collect.ts';

/** What the numbers of a problem are about; stays where it was made while the numbers travel. */
export interface ProblemIdentity {
  readonly asOf: EpochMs;
  readonly now: EpochMs;
  readonly rows: readonly RowKey[];
  readonly underlyings: readonly UnderlyingId[];
  readonly accounts: readonly Account[];
  readonly venues: readonly VenueId[];
  /** Labels of the expiry groups: "cash", "perpetual", then ISO expiries. */
  readonly expiries: readonly string[];
  readonly pools: readonly { readonly account: Account; readonly currency: Currency }[];
  readonly excluded: readonly Excluded[];
}

export interface Assembled {
  readonly problem: RiskProblem;
  readonly identity: ProblemIdentity;
}

function kindOf(instrument: Instrument): number {
  if (!isContract(instrument)) return isPaidFor(instrument) ? CLAIM : MARGINED_CLAIM;
  const inverse = instrument.payoff === 'inverse';
  if (instrument.kind === 'option') return inverse ? INVERSE_OPTION : LINEAR_OPTION;
  return inverse ? INVERSE : LINEAR;
}

function choiceOf({ instrument }: Priced): MarginChoice | undefined {
  return instrument.kind === 'perpetual' ? instrument.margin : undefined;
}

/** Dollars set aside for one position; null where it shares its pool's cash. */
function setAside(one: Priced | undefined): number | null {
  const isolated = one === undefined ? undefined : choiceOf(one)?.isolated;
  return isolated === undefined ? null : toNumber(isolated);
}

function claimsOf(priced: readonly Priced[], asOf: EpochMs): ReadonlyMap<number, ClaimTerms> {
  return new Map(
    priced.flatMap(({ instrument, quote }, i) =>
      isContract(instrument) || instrument.kind === 'lending'
        ? []
        : [[i, claimTerms(instrument, quote, asOf)] as const],
    ),
  );
}

/** A column by its rows. Of small books there is one with every look, and `from` with a function costs ten times as much. */
function filled<T, C extends Float64Array | Int32Array | Uint16Array | Uint8Array>(
  column: C,
  rows: readonly T[],
  value: (row: T) => number,
): C {
  for (let i = 0; i < rows.length; i++) column[i] = value(rows[i]!);
  return column;
}

/** Names of the expiry groups by their time: few, and asked for with every look. */
const EXPIRY_NAMES = new Map<EpochMs, string>();

function expiryName(expiry: EpochMs | null): string {
  if (expiry === null) return 'perpetual';
  const known = EXPIRY_NAMES.get(expiry) ?? isoSeconds(expiry);
  EXPIRY_NAMES.set(expiry, known);
  return known;
}

function instrumentTable(
  priced: readonly Priced[],
  valuation: Valuation,
  underlyings: Numbering<UnderlyingId>,
  expiries: Numbering<string>,
) {
  const n = priced.length;
  const column = (value: (one: Priced) => number): Float64Array => filled(new Float64Array(n), priced, value);
  const { asOf } = valuation.market;
  return {
    count: n,
    kind: filled(new Uint8Array(n), priced, (one) => kindOf(one.instrument)),
    underlying: filled(new Uint16Array(n), priced, (one) => underlyings.of(one.instrument.underlying)),
    strike: column((one) => ('strike' in one.instrument ? toNumber(one.instrument.strike) : 0)),
    years: column((one) => Math.max(yearsBetween(asOf, expiryOf(one.instrument) ?? asOf), 0)),
    right: column((one) => (one.instrument.kind === 'option' ? (one.instrument.right === 'call' ? 1 : -1) : 0)),
    forward: column((one) => one.quote.forward),
    vol: column((one) => one.quote.markVol ?? 0),
    mark: column((one) => one.quote.mark),
    funding8h: column((one) => one.quote.funding8h ?? 0),
    leverage: column((one) => choiceOf(one)?.leverage ?? 0),
    isolated: column((one) => setAside(one) ?? Number.NaN),
    ageMs: column((one) => ageOf(one.quote, valuation)),
    expiryGroup: filled(new Uint16Array(n), priced, (one) => expiries.of(expiryName(expiryOf(one.instrument)))),
    claims: claimsOf(priced, asOf),
  };
}

/** Margin pools of every account, with what names them. What is set aside for one position is no pool's cash. */
function poolsOf(
  held: HeldBook,
  { holdings, priced }: Pick<Collected, 'holdings' | 'priced'>,
  underlyings: Numbering<UnderlyingId>,
) {
  const problems: PoolProblem[] = [];
  const keys: { account: Account; currency: Currency }[] = [];
  held.accounts.forEach((account, index) => {
    const rows = holdings.flatMap(({ row, instrument, quantity, margined }, h) =>
      margined && row.account === account.id ? [{ h, cash: instrument < 0, currency: row.currency, quantity }] : [],
    );
    for (const { currency, cash, positions, assets } of pooled(account.rules, rows)) {
      const apart = positions.reduce((sum, h) => sum + (setAside(priced[holdings[h]?.instrument ?? -1]) ?? 0), 0);
      problems.push({
        account: index,
        rules: account.rules,
        leverage: account.leverage ?? 0,
        currency: isDollar(currency) ? DOLLARS : underlyings.of(currency),
        cash: cash - apart,
        holdings: Int32Array.from(positions),
        assets: Int32Array.from(assets),
        coins: underlyings.values,
        ...(account.emode === undefined ? {} : { emode: account.emode }),
      });
      keys.push({ account, currency });
    }
  });
  return { problems, keys };
}

/** Turns book and market into numbers. Nothing is priced here. */
export function assemble(held: HeldBook, valuation: Valuation): Assembled {
  const { priced, holdings, excluded } = collect(held, valuation);
  const underlyings = new Numbering<UnderlyingId>();
  for (const id of valuation.market.index.keys()) underlyings.of(id);
  const expiries = new Numbering<string>();
  expiries.of('cash');
  expiries.of('perpetual');
  const instruments = instrumentTable(priced, valuation, underlyings, expiries);
  const accountIndex = new Map(held.accounts.map((one, index) => [one.id, index]));
  const venues = [...new Set(held.accounts.map((one) => one.venue))];
  const pools = poolsOf(held, { holdings, priced }, underlyings);
  const count = holdings.length;
  const problem: RiskProblem = {
    asOf: valuation.market.asOf,
    spot: Float64Array.from(underlyings.values, (id) => valuation.market.index.get(id) ?? Number.NaN),
    instruments,
    holdings: {
      count,
      instrument: filled(new Int32Array(count), holdings, (one) => one.instrument),
      account: filled(new Uint16Array(count), holdings, (one) => accountIndex.get(one.row.account) ?? 0),
      underlying: filled(new Uint16Array(count), holdings, (one) =>
        isDollar(one.row.underlying) ? DOLLARS : underlyings.of(one.row.underlying),
      ),
      quantity: filled(new Float64Array(count), holdings, (one) => one.quantity),
      entry: filled(new Float64Array(count), holdings, (one) => one.entry),
      dayOffsetUsd: filled(new Float64Array(count), holdings, (one) => valuation.dayOffsetUsd(one.row)),
      lent: new Map(holdings.flatMap((one, h) => (one.lent ? [[h, one.lent] as const] : []))),
    },
    accounts: held.accounts.length,
    venueOfAccount: Uint16Array.from(held.accounts, (one) => venues.indexOf(one.venue)),
    venues: venues.length,
    expiryGroups: expiries.values.length,
    pools: pools.problems,
    grid: valuation.axes,
    payoffShifts: PAYOFF_SHIFTS,
  };
  return {
    problem,
    identity: {
      asOf: valuation.market.asOf,
      now: valuation.now,
      rows: holdings.map((one) => one.row),
      underlyings: underlyings.values,
      accounts: held.accounts,
      venues,
      expiries: expiries.values,
      pools: pools.keys,
      excluded,
    },
  };
}
