import { type ProtectionPolicy, type Rung, rank, type Standing } from './protection-policy.ts';
import {
  KINDS,
  type ProtectionAction,
  type ProtectionKind,
  type ProtectionQuestion,
  type Way,
} from './protection-ways.ts';

type Ways = (kind: ProtectionKind) => Way;

/** Which way the ladder takes; null: none. */
export interface Choice {
  readonly chosen: ProtectionKind | null;
  /** What may go without asking: the chosen one, else what helps most of those that may. */
  readonly byItself: ProtectionKind | null;
}

/**
 * The cheapest of the ways up to the rung that is enough and makes the book no riskier; failing that the mildest beyond
 * the rung that is; failing that what frees most. What lies beyond the rung is looked at only where nothing up to it is
 * enough.
 */
function choose(ways: Ways, rung: Rung, policy: ProtectionPolicy, ratio: number): ProtectionKind | null {
  const isSound = (kind: ProtectionKind): boolean => {
    const { enough, riskChangeUsd } = ways(kind).action;
    return enough && riskChangeUsd <= policy.stressToleranceUsd;
  };
  const within = KINDS.filter((kind) => rank(kind) <= rank(rung) && isSound(kind));
  const [cheapest] = within.sort((a, b) => ways(a).action.costUsd - ways(b).action.costUsd);
  const sound = cheapest ?? KINDS.find(isSound);
  if (sound) return sound;
  const mild = Math.max(rank(rung), rank('reduce'));
  const [most] = KINDS.map((kind) => ways(kind).action)
    .filter((one) => rank(one.kind) <= mild && one.ratioAfter < ratio)
    .sort((a, b) => a.riskChangeUsd - b.riskChangeUsd || a.ratioAfter - b.ratioAfter);
  return most?.kind ?? null;
}

/** Within the policy's rung, its caps and no deeper risk. */
function isAutomatic(action: ProtectionAction, { policy, used }: ProtectionQuestion): boolean {
  const { caps } = policy;
  const moved = action.kind === 'top-up' ? caps.topUpUsd - used.topUpUsd : caps.reduceUsd - used.reduceUsd;
  return (
    action.riskChangeUsd <= policy.stressToleranceUsd &&
    action.notionalUsd <= moved &&
    action.costUsd <= caps.costUsd - used.costUsd
  );
}

function mayGo(ways: Ways, chosen: ProtectionKind, ratio: number, question: ProtectionQuestion): ProtectionKind | null {
  const within = KINDS.filter((kind) => rank(kind) <= rank(question.policy.automaticUpTo));
  if (within.includes(chosen) && isAutomatic(ways(chosen).action, question)) return chosen;
  const [best] = within
    .map((kind) => ways(kind).action)
    .filter((one) => one.ratioAfter < ratio && one.notionalUsd > 0 && isAutomatic(one, question))
    .sort((a, b) => a.ratioAfter - b.ratioAfter);
  return best?.kind ?? null;
}

/** Of the ways back from a rung the one the ladder takes. An alert, and figures that are old, are only watched. */
export function chooseWay(question: ProtectionQuestion, ways: Ways, rung: Rung, { ratio, stale }: Standing): Choice {
  if (rung === 'alert' || stale) return { chosen: null, byItself: null };
  const chosen = choose(ways, rung, question.policy, ratio);
  return { chosen, byItself: chosen === null ? null : mayGo(ways, chosen, ratio, question) };
}
