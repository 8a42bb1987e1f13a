import { z } from 'zod';
import type { CollateralTransfer, PoolCover } from '#shared/control/collateral-manager.ts';
import type { ProtectionProposal } from '#shared/control/deleverager.ts';
import type { FlattenPlan } from '#shared/control/flatten.ts';
import type { HedgeProposal } from '#shared/control/proposal.ts';
import type { Routing } from '#shared/control/router/router.ts';
import type { AutomationAct, Controller } from '#shared/domain/automation.ts';
import type { ImportReport } from '#shared/domain/history/import-report.ts';
import type { LotChoice } from '#shared/domain/history/lot-choice.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { TransferRequest } from '#shared/domain/transfer.ts';
import type { PoolMargin, ScenarioGrid, StrikeLadder } from '#shared/risk/report.ts';
import type { Price, Quantity } from '#shared/units/decimal.ts';
import type { Fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type AlertsView, alertsInput } from './alerts.ts';
import type { Candle, CheckLine, StagedOrders, TapeStatus } from './frames.ts';
import {
  type ExplainedDays,
  type JournalDetail,
  type JournalPage,
  journalAnnotateInput,
  journalExplainInput,
  journalLotsInput,
  journalPositionInput,
  journalPositionsInput,
  type StatementFile,
  statementBeginInput,
  statementPieceInput,
  statementReadInput,
  type WrittenNote,
} from './journal.ts';
import type { ReviewChoice, ReviewRun } from './review.ts';
import {
  automationRule,
  empty,
  finite,
  gesture,
  id,
  orderRequest,
  ruleKey,
  transferRequest,
  underlying,
} from './schemas.ts';
import { type StorageView, storageInput } from './storage.ts';
import { type ProfileChoice, type VaultDescription, vaultChange } from './vault.ts';
import { BOOK_KINDS, type CrossBookView, VENUE_ACTS, type VenueActAnswer, type VenuesLook } from './venues.ts';
import type { VolSurface } from './vol.ts';

/** Carries an output type; outputs are made by main and need no parsing. */
export interface Output<T> {
  readonly output?: T;
}

interface Method<I extends z.ZodType, T> {
  readonly input: I;
  readonly output: Output<T>;
}

function method<I extends z.ZodType>(input: I) {
  return <T>(): Method<I, T> => ({ input, output: {} });
}

export interface TapeChoice {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly startAt: EpochMs;
  readonly source: string;
}

export interface SessionChoice {
  readonly id: string;
  readonly tape: string;
  readonly title: string;
  readonly startedAt: EpochMs;
  readonly marketTime: EpochMs | null;
  readonly fills: number;
  /** At venues with a time of their own: continuing it needs the vault. */
  readonly live: boolean;
}

export interface AppDescription {
  readonly version: string;
  readonly electron: string;
  readonly dataFolder: string;
  readonly licences: readonly { readonly name: string; readonly version: string; readonly licence: string }[];
}

/** One leg of a ticket line with everything the trader wants to see of it. */
export interface TicketLeg {
  readonly request: OrderRequest;
  /** Which part of the line it comes from, from 0; an exposure across venues is several legs. */
  readonly part: number;
  /** One order of an exposure that is wanted across venues: its price and size are the route's. */
  readonly routed: boolean;
  readonly name: string;
  /** Step of its prices, and of its quantities. */
  readonly tick: Price;
  readonly lot: Quantity;
  /** The limit in the three ways a trader thinks of it; null where it has no meaning. */
  readonly priceCoin: number | null;
  readonly priceUsd: number | null;
  readonly vol: number | null;
  readonly bid: number | null;
  readonly ask: number | null;
  readonly mark: number | null;
  readonly notionalUsd: number;
  readonly feeUsd: number;
  readonly checks: readonly CheckLine[];
}

/** A word of the ticket line that could not be understood. */
export interface TicketProblem {
  readonly word: string;
  /** Character offsets in the line. */
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

export interface BookEffect {
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
  readonly worstCellUsd: number;
  readonly nearestLiquidation: number | null;
}

/** The cheapest way to a leg's exposure over all venues. */
export interface RoutePreview extends Pick<Routing, 'slices' | 'cost' | 'alternatives' | 'reasons' | 'unplacedCoins'> {
  /** One order a slice. */
  readonly orders: readonly OrderRequest[];
  /** The line says "across": its legs are these orders. */
  readonly inLine: boolean;
}

export interface TicketPreview {
  readonly legs: readonly TicketLeg[];
  readonly problems: readonly TicketProblem[];
  readonly before: BookEffect | null;
  readonly after: BookEffect | null;
  readonly pools: readonly { readonly before: PoolMargin; readonly after: PoolMargin }[];
  readonly feeUsd: number;
  /** Null for several legs, options, and what cannot be routed. */
  readonly route: RoutePreview | null;
  /** Where the urgency of a schedule comes from that the line leaves open; null: nowhere, or it was typed. */
  readonly urgency: string | null;
  /** How the legs may come apart: null for a single leg. */
  readonly legRisk: string | null;
  readonly passed: boolean;
}

export interface CellReadout {
  readonly pnlUsd: number;
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
  readonly pools: readonly {
    readonly account: string;
    readonly currency: string;
    readonly ratio: number;
    readonly liquidated: boolean;
  }[];
}

export interface ScenarioAnswer {
  readonly base: ScenarioGrid;
  /** The same grid with the ticket's legs added, when asked for. */
  readonly whatIf: ScenarioGrid | null;
  readonly pools: readonly string[];
}

/** One line of the controllers' own log. */
export interface AutomationLine {
  readonly seq: number;
  readonly at: EpochMs;
  readonly controller: Controller;
  readonly underlying: string;
  readonly act: Exclude<AutomationAct, 'wait'>;
  readonly why: string;
}

/** What leaving one position on a chain takes. */
export interface ExitLine {
  readonly account: string;
  /** "range 2 of WETH-USDC-500". */
  readonly what: string;
  /** "decrease", "collect", "burn". */
  readonly steps: readonly string[];
  /** Value that comes out, USD. */
  readonly valueUsd: number;
  /** Lowest health factor on the way; null where there is none. */
  readonly lowestHealth: number | null;
  /** Why something stays; null: nothing does. */
  readonly blocked: string | null;
}

/** What the ladder and a flatten would do to the book as it is. */
export interface ExitRehearsal {
  readonly ladder: readonly ProtectionProposal[];
  readonly plan: FlattenPlan;
  /** Positions on chains, left by steps of their own after the orders. */
  readonly exits: readonly ExitLine[];
  /** Accounts of a flatten that a crash or a restart broke off, null for all of them; undefined: there is none. */
  readonly brokenOff?: readonly string[] | null;
}

/** The cheapest transfers that bring every pool to its goal. */
export interface CollateralView {
  /** Share of its requirement that a pool is to have on top of it. */
  readonly goal: number;
  readonly pools: readonly PoolCover[];
  readonly transfers: readonly (CollateralTransfer & { readonly request: TransferRequest | null })[];
  readonly short: readonly { readonly pool: string; readonly usd: number }[];
  readonly doNothing: string;
}

export interface CommitAnswer {
  readonly group: string;
  readonly orders: readonly { readonly id: string; readonly state: string; readonly reason: Fault | null }[];
}

const scenario = z.strictObject({
  underlying,
  spot: z.strictObject({ from: finite.min(-0.99), to: finite.max(10), count: z.int().min(2).max(101) }),
  vol: z.strictObject({ from: finite.min(-3), to: finite.max(5), count: z.int().min(1).max(61) }),
  days: finite.min(0).max(3650),
  line: z.string().max(2000).nullable(),
});

/**
 * Everything a window may ask of main: one entry per method. Keys, tokens and signatures have no representation here.
 * Errors are always a {@link Fault}.
 */
export const CONTRACT = {
  'app.describe': method(empty)<AppDescription>(),
  'app.export': method(z.strictObject({ what: z.enum(['positions', 'fills', 'state', 'keys']) }))<{
    file: string;
    rows: number;
  }>(),
  'session.list': method(empty)<{
    tapes: readonly TapeChoice[];
    sessions: readonly SessionChoice[];
    profiles: readonly ProfileChoice[];
    current: string | null;
  }>(),
  'session.start': method(z.strictObject({ tape: id, speed: finite.min(1).max(3600) }))<{ session: string }>(),
  'session.connect': method(z.strictObject({ profile: id }))<{ session: string }>(),
  'session.resume': method(z.strictObject({ session: id }))<{ session: string }>(),
  'tape.control': method(
    z.strictObject({ paused: z.boolean().optional(), speed: finite.min(1).max(3600).optional() }),
  )<TapeStatus>(),
  'stream.refresh': method(empty)<null>(),
  'ticket.preview': method(z.strictObject({ line: z.string().max(2000) }))<TicketPreview>(),
  'ticket.stage': method(z.strictObject({ line: z.string().max(2000), gesture }))<StagedOrders>(),
  'orders.stage': method(z.strictObject({ orders: z.array(orderRequest).min(1).max(20), gesture }))<StagedOrders>(),
  'positions.stage-close': method(z.strictObject({ rows: z.array(id).min(1).max(50), gesture }))<StagedOrders>(),
  'hedge.propose': method(z.strictObject({ underlying, ratio: finite.min(0.1).max(1.5) }))<HedgeProposal>(),
  'hedge.stage': method(
    z.strictObject({ underlying, ratio: finite.min(0.1).max(1.5), route: z.int().min(0).nullable(), gesture }),
  )<{
    proposal: HedgeProposal;
    staged: StagedOrders | null;
  }>(),
  'staged.commit': method(z.strictObject({ staged: id, gesture }))<CommitAnswer>(),
  'staged.drop': method(z.strictObject({ staged: id }))<null>(),
  'orders.cancel': method(z.strictObject({ order: id, gesture }))<null>(),
  'orders.cancel-all': method(z.strictObject({ includeProtective: z.boolean(), gesture }))<{ sent: number }>(),
  'keys.arm': method(z.strictObject({ accounts: z.array(id).min(1).max(20), gesture }))<null>(),
  'keys.disarm': method(z.strictObject({ gesture }))<null>(),
  'keys.lock': method(z.strictObject({ locked: z.boolean(), gesture }))<null>(),
  'engine.kill': method(z.strictObject({ gesture }))<{ cancelled: number }>(),
  'engine.resume': method(z.strictObject({ gesture }))<null>(),
  'automation.set': method(z.strictObject({ rule: automationRule, gesture }))<null>(),
  'automation.log': method(z.strictObject({ limit: z.int().min(1).max(500) }))<readonly AutomationLine[]>(),
  'policies.load': method(empty)<{ readonly text: string }>(),
  'policies.set': method(z.strictObject({ text: z.string().max(50_000), gesture }))<null>(),
  'exit.rehearse': method(
    z.strictObject({ underlying, accounts: z.array(id).min(1).max(20).nullable() }),
  )<ExitRehearsal>(),
  'flatten.start': method(z.strictObject({ accounts: z.array(id).min(1).max(20).nullable(), gesture }))<null>(),
  'collateral.plan': method(empty)<CollateralView>(),
  /** Money between own accounts, or the step on a chain that a rule waits with for the trader's word. */
  'transfer.send': method(
    z.union([z.strictObject({ transfer: transferRequest, gesture }), z.strictObject({ step: ruleKey, gesture })]),
  )<null>(),
  'risk.scenario': method(scenario)<ScenarioAnswer>(),
  'risk.cell': method(
    z.strictObject({
      underlying,
      spot: finite.min(-0.99).max(10),
      vol: finite.min(-3).max(5),
      days: finite.min(0).max(3650),
    }),
  )<CellReadout>(),
  /** How the venues are doing, and their own figures as last told, beside Keel's. */
  'venues.look': method(empty)<VenuesLook>(),
  'market.book': method(
    z.strictObject({
      underlying,
      kind: z.enum(BOOK_KINDS),
      levels: z.int().min(1).max(200),
      step: finite.min(0).max(1e6),
      want: z.strictObject({ side: z.enum(['buy', 'sell']), coins: finite.positive().max(1e9) }).nullable(),
    }),
  )<CrossBookView>(),
  'venues.act': method(z.strictObject({ venue: id, act: z.enum(VENUE_ACTS), gesture }))<VenueActAnswer>(),
  'vol.surface': method(z.strictObject({ underlying, payoff: z.enum(['linear', 'inverse']) }))<VolSurface>(),
  'risk.ladder': method(z.strictObject({ underlying }))<StrikeLadder>(),
  'review.list': method(empty)<readonly ReviewChoice[]>(),
  'review.open': method(z.strictObject({ run: z.string().min(1).max(4096) }))<ReviewRun>(),
  'review.demo': method(empty)<{ run: string }>(),
  /** As a page with everything, or the curves as a picture; `from` and `to`: the interval that P&L is explained over. */
  'review.export': method(
    z.strictObject({
      run: z.string().min(1).max(4096),
      as: z.enum(['page', 'picture']).default('page'),
      from: finite.nullable().default(null),
      to: finite.nullable().default(null),
    }),
  )<{ file: string }>(),
  'chart.candles': method(
    z.strictObject({ underlying, barMs: finite.min(60_000).max(86_400_000), count: z.int().min(1).max(5000) }),
  )<readonly Candle[]>(),
  'journal.positions': method(journalPositionsInput)<JournalPage>(),
  'journal.position': method(journalPositionInput)<JournalDetail>(),
  /** Answers what stood there before, so that it can be put back. */
  'journal.annotate': method(journalAnnotateInput)<WrittenNote>(),
  'journal.explain': method(journalExplainInput)<ExplainedDays>(),
  'journal.lots': method(journalLotsInput)<LotChoice>(),
  'storage.retain': method(storageInput)<StorageView>(),
  'statement.begin': method(statementBeginInput)<StatementFile>(),
  'statement.piece': method(statementPieceInput)<null>(),
  'statement.preview': method(statementReadInput)<ImportReport>(),
  'statement.import': method(statementReadInput)<ImportReport>(),
  'instruments.search': method(z.strictObject({ text: z.string().max(200) }))<
    readonly { readonly id: string; readonly name: string; readonly venue: string }[]
  >(),
  // The passphrase and the key itself are typed into a window of main's own, which these open.
  'vault.describe': method(empty)<VaultDescription>(),
  'vault.unlock': method(z.strictObject({ change: vaultChange.optional() }))<VaultDescription>(),
  'vault.lock': method(empty)<VaultDescription>(),
  'vault.add-key': method(
    z.strictObject({
      venue: id,
      account: id,
      publicId: z.string().trim().min(1).max(200),
      rights: z.enum(['read', 'trade']),
    }),
  )<VaultDescription>(),
  'settings.load': method(z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/) }))<string | null>(),
  /** A setting of the window by its name; or the alerts, which have a file of their own, and answer how it stands. */
  'settings.save': method(
    z.union([
      z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/), value: z.string().max(200_000) }),
      z.strictObject({ alerts: alertsInput }),
    ]),
  )<AlertsView | null>(),
} as const;

export type MethodName = keyof typeof CONTRACT;
export type MethodInput<M extends MethodName> = z.input<(typeof CONTRACT)[M]['input']>;
export type ParsedInput<M extends MethodName> = z.output<(typeof CONTRACT)[M]['input']>;
export type MethodOutput<M extends MethodName> =
  | NonNullable<(typeof CONTRACT)[M]['output']['output']>
  | (null extends (typeof CONTRACT)[M]['output']['output'] ? null : never);
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Fault };

/** What the preload puts on `window.keel`: one function per method of the contract, nothing else. */
export type KeelBridge = { readonly [M in MethodName]: (input: MethodInput<M>) => Promise<Answer<MethodOutput<M>>> };
