import type { Engine } from '#main/engine/engine.ts';
import type { Press } from '#main/engine/key-rules.ts';
import type { RiskLoop } from '#main/engine/ports.ts';
import { hedgeState, type LevelsAndVols } from '#shared/control/delta-hedger.ts';
import type { HedgeDue } from '#shared/control/hedge-due.ts';
import type { HedgePolicy } from '#shared/control/hedge-policy.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Assembled } from '#shared/risk/assemble.ts';
import { compose } from '#shared/risk/compose.ts';
import { compute, computePools } from '#shared/risk/compute.ts';
import type { RiskExposures, RiskReport } from '#shared/risk/report.ts';
import { createTrial } from '#shared/risk/trial.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { deltaInFlight, type HedgeGround, proposalFor } from './hedge.ts';
import { heldOf } from './measure.ts';

/** A risk loop of a simulation: it turns when it is told to. */
export type TurnedRisk = RiskLoop &
  HedgeGround['risk'] & {
    turn(): void;
    /** What the latest report was made of. */
    readonly assembled: Assembled | null;
  };

/** Without what only a screen shows: scenario map, payoff and liquidation prices. */
export function lean({ problem, identity }: Assembled): Assembled {
  return { problem: { ...problem, grid: NO_GRID, payoffShifts: NOTHING, frontier: false }, identity };
}

const NOTHING = new Float64Array(0);
const NO_INSTRUMENTS: readonly Instrument[] = [];
/** No axes: there is no map, and there are no ladders. */
export const NO_GRID = { spotShifts: NOTHING, volShifts: NOTHING, days: 0 };

/**
 * Reports made on the spot: a simulation has no thread to wait for. `shape` may leave out of a problem what nobody
 * asks for.
 */
export function createReports(
  source: () => Assembled | null,
  shape: (assembled: Assembled) => Assembled = (assembled) => assembled,
): TurnedRisk {
  const listeners = new Set<(report: RiskReport) => void>();
  let latest: RiskReport | null = null;
  let last: Assembled | null = null;
  return {
    markDirty: () => undefined,
    get assembled() {
      return last;
    },
    get latest() {
      return latest;
    },
    subscribe(on) {
      listeners.add(on);
      return () => listeners.delete(on);
    },
    ask: async (asked) => {
      const assembled = shape(asked);
      return compose(assembled, computePools(assembled.problem), { seq: 0, computeMs: 0 });
    },
    close: () => Promise.resolve(),
    turn() {
      const made = source();
      if (made === null) return;
      const assembled = shape(made);
      last = assembled;
      latest = compose(assembled, compute(assembled.problem), { seq: (latest?.seq ?? 0) + 1, computeMs: 0 });
      for (const on of listeners) on(latest);
    },
  };
}

/** A policy and what it is for. */
export interface HedgeRule {
  readonly policy: HedgePolicy;
  readonly underlying: UnderlyingId;
  readonly ratio: number;
}

/** Hedges as a trader with the policy's patience would send them, one at a time. */
export interface SimulatedHedger {
  /** Whether a hedge is due on the latest report, and when to look again; null where nothing may be sent or hedged. */
  look(): HedgeDue | null;
  /** The same on other figures, with nothing in flight and trading ACTIVE. */
  judge(report: RiskExposures, market: LevelsAndVols): HedgeDue | null;
  /** Sends what the policy proposes, and settles once it is answered. Why it did; null where nothing left. */
  act(): Promise<string | null>;
}

export function createHedger(
  ground: HedgeGround & { readonly engine: Engine },
  hedge: HedgeRule,
  press: Press,
): SimulatedHedger {
  const { engine, clock, journal, risk } = ground;
  const { underlying, ratio, policy } = hedge;
  let lastHedgedAt: EpochMs | null = null;
  let [listed, instruments] = [0, NO_INSTRUMENTS];
  const dueOn = (report: RiskExposures, market: LevelsAndVols, inFlight: number): HedgeDue | null => {
    if (listed !== journal.book.instruments.size) {
      listed = journal.book.instruments.size;
      // Whether a hedge is due is read of options' vols alone.
      instruments = [...journal.book.instruments.values()].filter(
        (one) => one.kind === 'option' && one.expiry >= market.asOf,
      );
    }
    const view = { report, underlying, policy, market, instruments, lastHedgedAt };
    return hedgeState({ ...view, deltaInFlight: inFlight })?.due ?? null;
  };
  return {
    look() {
      const report = risk.latest;
      if (engine.tradingState.state !== 'ACTIVE' || report === null) return null;
      return dueOn(report, ground.market(), deltaInFlight(ground, underlying));
    },
    judge: (report, market) => dueOn(report, market, 0),
    async act() {
      // No thread to wait for, and no screen that shows how far liquidation would be: what-ifs on the spot.
      const pools = risk.latest?.pools ?? [];
      const trial = createTrial(heldOf(journal.book), pools, { market: ground.market(), now: clock.now() });
      const proposed = await proposalFor(ground, { underlying, ratio, route: null, lastHedgedAt }, policy, trial);
      if (!proposed.ok) return null;
      const { due, insideBand, orders, reportSeq, reasons } = proposed.value;
      if (insideBand || !due.now || orders.length === 0) return null;
      if (engine.keyState.state !== 'ARMED') {
        await engine.arm({ accounts: [...engine.book.accounts.keys()], budget: null }, press);
      }
      const sentAt = clock.now();
      const placed = await engine.submitNow(orders, 'hedge', { reportSeq, underlying }, press);
      if (!placed.ok) return null;
      lastHedgedAt = sentAt;
      await engine.whenAnswered(placed.value.group);
      return `${due.why}: ${reasons[0] ?? ''}`;
    },
  };
}
