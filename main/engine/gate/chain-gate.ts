import type { KeyStatus } from '#main/engine/arming.ts';
import type { TradingStatus } from '#main/engine/trading-state.ts';
import type { Mandate } from '#shared/domain/automation.ts';
import { type PlannedStep, reducesRisk, type StepState } from '#shared/domain/chain-step.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { type DurationMs, type EpochMs, MINUTE } from '#shared/units/time.ts';
import { mandateDenial } from './permission.ts';
import { type Denial, denied, passed, type VenueReadiness, type Verdict } from './verdict.ts';

/** Everything a step on a chain is refused by. USD; fractions. */
export interface ChainLimits {
  readonly stepUsd: number;
  readonly gasUsd: number;
  /** No step may bring a health factor below it; one that raises it may pass below as well. */
  readonly leastHealth: number;
  readonly slippage: number;
  /** A preview of an older block is no longer true. */
  readonly staleMs: DurationMs;
}

export const CHAIN_LIMITS: ChainLimits = {
  stepUsd: 250_000,
  gasUsd: 50,
  leastHealth: 1.1,
  slippage: 0.01,
  staleMs: MINUTE,
};

/** What a step is judged against. */
export interface ChainGateContext extends Omit<PlannedStep, 'continues'> {
  readonly now: EpochMs;
  readonly limits: ChainLimits;
  readonly trading: TradingStatus;
  readonly keys: KeyStatus;
  /** Of the rule that takes the step; null for a hand. */
  readonly mandate: Mandate | null;
  readonly venue: VenueReadiness | null;
  /** Steps on the same chain that have left and are not settled. */
  readonly underWay: readonly { readonly id: string; readonly state: StepState }[];
}

type StepCheck = (context: ChainGateContext) => Verdict;

const dollars = (value: number): string => `${value.toFixed(2)} USD`;

const TRADING = 'Trading state';
const tradingState: StepCheck = ({ trading, preview }) => {
  const { state, reductions, reason } = trading;
  if (state === 'ACTIVE') return passed(TRADING, 'trading is ACTIVE');
  if (reductions && reducesRisk(preview.step)) {
    return passed(TRADING, `trading is ${state}: what takes risk off may pass`, { state });
  }
  const text = `trading is ${state}: this step does not take risk off (${reason.message})`;
  return denied(TRADING, `trading-${state.toLowerCase()}`, text, { state, reason: reason.code });
};

const KEYS = 'Keys';
function mandated(mandate: Mandate, account: AccountId): Verdict {
  const off = mandateDenial(mandate);
  if (off !== null) return off;
  const { accounts, controller } = mandate.rule;
  if (accounts === null || accounts.includes(account)) return passed(KEYS, `the trader lets ${controller} act`);
  const text = `${controller} was let loose on ${accounts.join(', ')}, not on ${account}`;
  return denied(KEYS, 'automation-account', text, { account });
}

const keysArmed: StepCheck = ({ keys, account, mandate }) => {
  if (mandate !== null) return mandated(mandate, account);
  const { state, accounts } = keys;
  if (state !== 'ARMED')
    return denied(KEYS, `keys-${state.toLowerCase()}`, `keys are ${state}: arm them before sending`, { state });
  if (accounts.includes(account)) return passed(KEYS, `keys are armed for ${account}`);
  return denied(KEYS, 'keys-account', `keys are armed for ${accounts.join(', ')}, not for ${account}`, { account });
};

const CONTRACT = 'Contract';
const accepted: StepCheck = ({ preview: { refusal } }) =>
  refusal === null
    ? passed(CONTRACT, 'the contract would take it')
    : denied(CONTRACT, refusal.code, refusal.message, refusal.details);

const BLOCK = 'Block';
const fresh: StepCheck = ({ now, limits, preview }) => {
  const { asOf, block } = preview;
  const age = Math.max(now - asOf, 0);
  const details = { block, ageMs: age, limit: limits.staleMs };
  if (age <= limits.staleMs) return passed(BLOCK, `previewed on block ${block}, ${age} ms ago`, details);
  return denied(BLOCK, 'stale-block', `block ${block} is ${age} ms old, the limit is ${limits.staleMs} ms`, details);
};

const VALUE = 'Step value';
const stepValue: StepCheck = ({ limits: { stepUsd }, preview: { valueUsd } }) => {
  const details = { valueUsd, limit: stepUsd };
  if (valueUsd <= stepUsd) return passed(VALUE, `${dollars(valueUsd)} of at most ${dollars(stepUsd)}`, details);
  return denied(VALUE, 'step-value', `moves ${dollars(valueUsd)}, the limit is ${dollars(stepUsd)}`, details);
};

const GAS = 'Gas';
const gasCost: StepCheck = ({ limits: { gasUsd }, preview: { gas } }) => {
  const usd = gas?.usd ?? null;
  if (usd === null) return denied(GAS, 'gas-unknown', 'what its gas costs in dollars is not known');
  const details = { usd, limit: gasUsd };
  if (usd <= gasUsd) return passed(GAS, `${dollars(usd)} of at most ${dollars(gasUsd)}`, details);
  return denied(GAS, 'gas-cost', `gas costs ${dollars(usd)}, the limit is ${dollars(gasUsd)}`, details);
};

const HEALTH = 'Health factor';
const health: StepCheck = ({ limits: { leastHealth }, preview }) => {
  const { before, after } = preview.health ?? { before: null, after: null };
  if (after === null) return passed(HEALTH, 'nothing is owed afterwards');
  const details = { before, after, limit: leastHealth };
  const text = `${after.toFixed(4)} afterwards, at least ${leastHealth}`;
  if (after >= leastHealth || (before !== null && after > before)) return passed(HEALTH, text, details);
  return denied(HEALTH, 'health-factor', `the health factor would be ${text}`, details);
};

const SLIPPAGE = 'Slippage';
const slippage: StepCheck = ({ limits: { slippage: most }, preview: { slippage: found } }) => {
  const details = { slippage: found, limit: most };
  if (found === null) return passed(SLIPPAGE, 'it trades nothing');
  const text = `${(found * 100).toFixed(3)} % of at most ${(most * 100).toFixed(3)} %`;
  return found <= most
    ? passed(SLIPPAGE, text, details)
    : denied(SLIPPAGE, 'slippage', `it would lose ${text}`, details);
};

const VENUE = 'Venue';
const reachable: StepCheck = ({ venue, preview }) => {
  const { venue: name } = preview.step;
  if (venue?.capabilities.takesSteps !== true) {
    return denied(VENUE, 'not-signed', `nothing signs for the address at ${name}: it is read only`);
  }
  if (venue.status === 'live' && venue.reconciled) return passed(VENUE, `${name} is live and reconciled`);
  return denied(VENUE, 'venue-not-live', `${name} is not live and reconciled`);
};

const BUDGET = 'Budget';
const withinBudget: StepCheck = ({ mandate, preview: { valueUsd } }) => {
  if (mandate === null) return passed(BUDGET, 'by hand');
  const { perOrderUsd, notionalUsd } = mandate.rule.budget;
  const used = mandate.use.notionalUsd + valueUsd;
  const details = { usedUsd: used, limitUsd: notionalUsd };
  if (valueUsd <= perOrderUsd && used <= notionalUsd) {
    return passed(BUDGET, `${dollars(used)} of ${dollars(notionalUsd)} of the rule`, details);
  }
  const text = `${dollars(valueUsd)} does not fit the rule's ${perOrderUsd} at once and ${notionalUsd} in all`;
  return denied(BUDGET, 'budget-session', text, details);
};

const UNDER_WAY = 'Under way';
const oneByOne: StepCheck = ({ underWay: [open], preview: { chain } }) =>
  open === undefined
    ? passed(UNDER_WAY, `no other step is under way on ${chain}`)
    : denied(UNDER_WAY, 'step-open', `step ${open.id} on ${chain} is ${open.state}`);

const UNKNOWN = 'Unknown transactions';
/** One that may be anywhere may still happen: what comes after it could count twice. */
const unknownOnes: StepCheck = ({ open }) => {
  const lost = open.find((one) => one.state === 'UNKNOWN' || one.state === 'REORGED');
  if (lost === undefined) return passed(UNKNOWN, 'every transaction is accounted for');
  const text = `"${lost.about}" (nonce ${lost.nonce}) is ${lost.state}: settle it first`;
  return denied(UNKNOWN, 'unknown-transaction', text, { transaction: lost.id, nonce: lost.nonce });
};

const CHECKS: readonly StepCheck[] = [
  tradingState, keysArmed, reachable, accepted, fresh, stepValue, gasCost, health, slippage, withinBudget, oneByOne,
  unknownOnes,
]; // biome-ignore format: one glance

/** Judges a step on a chain by what the contract itself says it would do. All checks are run; one denial refuses it. */
export function judgeStep(context: ChainGateContext): {
  readonly verdicts: readonly Verdict[];
  readonly denial: Denial | null;
} {
  const verdicts = CHECKS.map((check) => check(context));
  return { verdicts, denial: verdicts.find((one): one is Denial => !one.passed) ?? null };
}
