/** The ladder's rungs, from the mildest; each includes the watchfulness of those before it. */
export const RUNGS = ['none', 'alert', 'top-up', 'reduce', 'close', 'divest'] as const;
export type Rung = (typeof RUNGS)[number];
export type ActingRung = Exclude<Rung, 'none'>;

/** What puts a pool on a rung; any one is enough, null is not looked at. */
export interface RungTrigger {
  /** Maintenance ÷ equity from which on. */
  readonly ratio: number | null;
  /** Distance to the nearest breach in daily standard deviations from which down. */
  readonly sigmaDays: number | null;
  /** Forecast probability of a breach from which on. */
  readonly probability: number | null;
}

/** What the controller may use up before it asks again; USD. */
export interface ProtectionCaps {
  /** Moved into pools. */
  readonly topUpUsd: number;
  /** Notional closed. */
  readonly reduceUsd: number;
  /** Fees, spread and impact. */
  readonly costUsd: number;
}

/** The trader's own liquidation engine: when it acts, how far, and within what. */
export interface ProtectionPolicy {
  readonly rungs: Readonly<Record<ActingRung, RungTrigger>>;
  /** Share of a threshold that must be regained before a rung is left: it does not flicker at the line. */
  readonly hysteresis: number;
  /** Maintenance ÷ equity that a top-up or a reduction brings the pool to, at least. */
  readonly targetRatio: number;
  /** Daily standard deviations of spot, up or down, that the pool is to stand afterwards. */
  readonly targetSigmaDays: number;
  /** Highest rung that may act without asking; the rest is proposed only. */
  readonly automaticUpTo: Rung;
  readonly caps: ProtectionCaps;
  /** Relative spot moves by which the book's risk is judged: no action may deepen the worst of them. */
  readonly stress: readonly number[];
  /** USD by which it may be deeper all the same: lots do not match to the cent. */
  readonly stressToleranceUsd: number;
  /** Share of an order's own push on the price that stays in the mark, 0 to 1. */
  readonly lastingImpact: number;
  /** Parts in which a position is taken down. */
  readonly clips: number;
  /** USD that one transfer costs. */
  readonly transferUsd: number;
}

const at = (ratio: number, sigmaDays: number | null, probability: number | null): RungTrigger => ({
  ratio,
  sigmaDays,
  probability,
});

export const DEFAULT_PROTECTION: ProtectionPolicy = {
  rungs: {
    alert: at(0.5, 3, 0.05),
    'top-up': at(0.65, 1.5, 0.2),
    reduce: at(0.75, 0.75, 0.4),
    close: at(0.92, null, null),
    divest: at(0.98, null, null),
  },
  hysteresis: 0.1,
  targetRatio: 0.5,
  targetSigmaDays: 2,
  automaticUpTo: 'none',
  caps: { topUpUsd: 50_000, reduceUsd: 1_000_000, costUsd: 10_000 },
  stress: [-0.2, -0.1, 0.1, 0.2],
  stressToleranceUsd: 1,
  lastingImpact: 0.5,
  clips: 16,
  transferUsd: 1,
};

/** How a pool stands now. */
export interface Standing {
  /** Maintenance ÷ equity. */
  readonly ratio: number;
  /** To the nearest breach, joint where the frontier is known; null: none within reach. */
  readonly sigmaDays: number | null;
  /** A day's standard deviation of spot, fraction; null: unknown. */
  readonly dailySigma: number | null;
  /** Relative spot move that may come before the next look; `sigmaDays` is less by it. */
  readonly lapse: number;
  /** Forecast probability of a breach; null: no forecast. */
  readonly probability: number | null;
  /** Its venue has not spoken for too long: figures are old, nothing can be sent. */
  readonly stale: boolean;
}

/** A standing of which only the ratio is known. */
export function standingBy(ratio: number): Standing {
  return { ratio, sigmaDays: null, dailySigma: null, lapse: 0, probability: null, stale: false };
}

export function rank(rung: Rung): number {
  return RUNGS.indexOf(rung);
}

/** What of a trigger holds, as words; empty: nothing does. A ratio that is not a number counts as met. */
function met(standing: Standing, trigger: RungTrigger, eased: number): readonly string[] {
  const { ratio, sigmaDays, probability } = standing;
  const found: string[] = [];
  if (trigger.ratio !== null && !(ratio < trigger.ratio * (1 - eased))) {
    found.push(`maintenance margin is ${(ratio * 100).toFixed(0)} % of equity, from ${trigger.ratio * 100} %`);
  }
  if (trigger.sigmaDays !== null && sigmaDays !== null && sigmaDays <= trigger.sigmaDays * (1 + eased)) {
    found.push(`the nearest breach is ${sigmaDays.toFixed(2)} daily σ away, from ${trigger.sigmaDays}`);
  }
  if (trigger.probability !== null && probability !== null && probability >= trigger.probability * (1 - eased)) {
    found.push(`a breach is ${(probability * 100).toFixed(0)} % likely, from ${trigger.probability * 100} %`);
  }
  return found;
}

/**
 * The highest rung whose trigger is met, and why. `before` eases what was already reached. A stale venue is at least an
 * alert, and no more than that: nothing is done on figures that may be wrong.
 */
export function rungOf(
  standing: Standing,
  policy: ProtectionPolicy,
  before: Rung = 'none',
): { readonly rung: Rung; readonly why: readonly string[] } {
  if (standing.stale) return { rung: 'alert', why: ['the venue is silent: its figures are old and nothing is sent'] };
  for (const rung of [...RUNGS].reverse()) {
    if (rung === 'none') break;
    const why = met(standing, policy.rungs[rung], rank(before) >= rank(rung) ? policy.hysteresis : 0);
    if (why.length > 0) return { rung, why };
  }
  return { rung: 'none', why: [] };
}

/** The rung of {@link rungOf} where only the ratio is known, and nobody asks why. */
export function rungByRatio(ratio: number, { rungs }: ProtectionPolicy): Rung {
  const reached = (rung: Rung): boolean => {
    const least = rung === 'none' ? null : rungs[rung].ratio;
    return least !== null && !(ratio < least);
  };
  return RUNGS.findLast(reached) ?? 'none';
}
