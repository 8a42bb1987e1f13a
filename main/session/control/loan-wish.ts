import type { GroundedWish } from '#main/engine/automation.ts';
import type { ChainDesk } from '#main/session/chain-desk.ts';
import { type LoanState, marginPoolOf } from '#main/venues/aave/state.ts';
import type { RangeState } from '#main/venues/uniswap/state.ts';
import { stepOfTransfer } from '#shared/control/chain-steps.ts';
import {
  type CollateralPlace,
  type CollateralProblem,
  type CollateralRoute,
  type CollateralScenario,
  surpluses,
} from '#shared/control/collateral.ts';
import { collateralPlace } from '#shared/control/collateral-book.ts';
import { allocateCollateral } from '#shared/control/collateral-manager.ts';
import type { AutomationView } from '#shared/domain/automation.ts';
import type { CoverPolicy } from '#shared/ipc/control-policy-file.ts';
import { isDollar } from '#shared/risk/assemble.ts';
import { RULES } from '#shared/risk/margin/rules.ts';
import { poolKey } from '#shared/risk/pool-book.ts';
import { type Fault, ok, type Result } from '#shared/units/result.ts';
import { coinOfLoan, stepWish, waiting, walletOf } from './chain-step-wish.ts';
import { type ControlGround, type Look, leftUsd, looksAfter } from './ground.ts';

const WALLET = 'wallet';
/** Nearer to liquidation than this no gas is too dear but for the gate's own limit. */
const NEAR = 1.05;
/** Less is not worth a transaction, nor is a shortage of it one, USD. */
const LEAST_USD = 1;

/** A loan and what could help it, as of one block each. */
export interface LoanGround {
  readonly loan: LoanState;
  readonly wallet: RangeState;
  readonly policy: CoverPolicy;
  /** Relative moves of every coin that the loan is to stand. */
  readonly stress: readonly number[];
  readonly mostUsd: number;
}

/** As things stand with everything owed `health` times over: what stands that has this health factor. Then the stress. */
function scenariosOf({ loan, stress }: LoanGround, health: number): readonly CollateralScenario[] {
  const owed = loan.reserves.filter((one) => Number(one.owed) > 0).map((one) => one.token.symbol);
  const coins = loan.reserves.filter((one) => !isDollar(one.token.coin)).map((one) => one.token.symbol);
  return [
    { id: `health factor ${health}`, moves: new Map(owed.map((token) => [token, health - 1])) },
    ...stress.map((move) => ({
      id: `${move > 0 ? '+' : '−'}${Math.abs(move * 100).toFixed(0)} %`,
      moves: new Map(coins.map((coin) => [coin, move])),
    })),
  ];
}

/** The loan as a pool, with everything of a reserve that may come in. */
function placeOf(ground: LoanGround, health: number, scenarios: readonly CollateralScenario[]): CollateralPlace {
  const { account, reserves } = ground.loan;
  const held = {
    key: poolKey(account.id, 'USD'),
    account,
    currency: 'USD',
    rules: RULES['aave-v3'],
    pool: marginPoolOf(reserves),
    instruments: [],
  };
  const place = collateralPlace(held, 'chain', scenarios);
  const counted = ({ owed, supplied, price, threshold, used }: LoanState['reserves'][number]): number =>
    Number(owed) > 0 && used ? Number(supplied) * price * threshold : 0;
  // What is supplied of a token that is owed as well is worth no more for that.
  const excess = (health - 1) * reserves.reduce((sum, one) => sum + counted(one), 0);
  return {
    ...place,
    haircuts: new Map(reserves.map((one) => [one.token.symbol, 1 - one.threshold])),
    requirementUsd: place.requirementUsd.map((asked, at) => (at === 0 ? asked + excess : asked)),
    yields: new Map(reserves.map((one) => [one.token.symbol, one.supplyRate])),
    borrowRates: new Map(reserves.map((one) => [one.token.symbol, one.borrowRate])),
  };
}

function handOf({ wallet }: LoanGround, scenarios: readonly CollateralScenario[]): CollateralPlace {
  const none = new Map<string, number>();
  return {
    id: WALLET,
    kind: 'wallet',
    chain: 'chain',
    holdings: new Map([...wallet.wallet].map(([token, quantity]) => [token, Number(quantity)])),
    debts: none,
    haircuts: none,
    yields: none,
    borrowRates: none,
    requirementUsd: scenarios.map(() => 0),
  };
}

/** What is owed may be repaid, what counts as collateral supplied. */
function routesOf({ loan, policy, mostUsd }: LoanGround, to: string): readonly CollateralRoute[] {
  const way = { from: WALLET, to, feeShare: 0, fixedUsd: policy.transferUsd, minutes: 1, leastUsd: LEAST_USD, mostUsd };
  return loan.reserves.flatMap(({ token, owed, used, supplied, threshold }) => [
    ...(Number(owed) > 0 ? [{ ...way, asset: token.symbol, action: 'repay' as const }] : []),
    // What is supplied but not used secures nothing, and more of it neither.
    ...(threshold > 0 && (used || Number(supplied) === 0)
      ? [{ ...way, asset: token.symbol, action: 'move' as const }]
      : []),
  ]);
}

/** The loan and the wallet as the collateral manager takes them. */
export function loanProblem(ground: LoanGround, health: number): CollateralProblem {
  const { loan, mostUsd } = ground;
  const scenarios = scenariosOf(ground, health);
  const place = placeOf(ground, health, scenarios);
  const caps = { movedUsd: mostUsd, perTransferUsd: mostUsd };
  const open = { costUsd: Number.POSITIVE_INFINITY, perPlaceUsd: Number.POSITIVE_INFINITY };
  return {
    prices: new Map(loan.reserves.map((one) => [one.token.symbol, one.price])),
    places: [handOf(ground, scenarios), place],
    routes: routesOf(ground, place.id),
    policy: {
      scenarios,
      buffer: 0,
      horizonDays: 7,
      delayPerHour: 0.0001,
      latestMinutes: 120,
      caps: { ...caps, ...open },
    },
  };
}

/** Whether the loan lacks something to keep `health` now and to stand the stress. */
function lacks(ground: LoanGround, health: number): boolean {
  const { places, ...rest } = loanProblem(ground, health);
  return places.some(
    (one) => one.kind === 'pool' && surpluses(one, { places, ...rest }).some((left) => left < -LEAST_USD),
  );
}

async function helpFor(
  { solver }: Pick<ControlGround, 'solver'>,
  desk: ChainDesk,
  ground: LoanGround,
): Promise<Result<GroundedWish | null, Fault>> {
  const { loan, policy } = ground;
  if (loan.figures.healthFactor === null || !lacks(ground, policy.leastHealth)) return ok(null);
  const plan = allocateCollateral(loanProblem(ground, policy.goalHealth), await solver());
  if (!plan.ok) return plan;
  const before = Number(loan.figures.healthFactor);
  const name = `${loan.account.id}: health factor ${before.toFixed(3)}`;
  const [first] = plan.value.transfers.flatMap(
    (one) => stepOfTransfer(one, (at) => (at === WALLET ? null : loan.account.venue)) ?? [],
  );
  if (first === undefined) return ok(waiting(`${name}, and the wallet holds nothing that helps`));
  const wish = await stepWish(desk, first, {
    summary: `${first.action} ${first.quantity} ${first.token}: ${name} is to be ${policy.goalHealth} at least`,
    continues: false,
    mostGasUsd: before < NEAR ? Number.POSITIVE_INFINITY : policy.mostGasUsd,
  });
  const after = wish.step?.preview.health?.after;
  return ok(after == null ? wish : { ...wish, summary: `${wish.summary}, ${after.toFixed(3)} afterwards` });
}

/** What the collateral manager wants for the loans of a rule on a chain; null while every one of them keeps its health. */
export async function loanWish(
  control: ControlGround,
  desk: ChainDesk,
  look: Look,
  view: AutomationView,
): Promise<Result<GroundedWish | null, Fault>> {
  const mostUsd = Math.min(look.policies.cover.mostUsd, leftUsd(view));
  const terms = { policy: look.policies.cover, stress: look.policies.protection.stress, mostUsd };
  for (const one of desk.loans) {
    if (!looksAfter(view.rule, one.protocol.account) || look.silent.has(one.protocol.venue)) continue;
    const [loan, wallet] = await Promise.all([one.protocol.read(), walletOf(desk)]);
    if (wallet === null || coinOfLoan(loan) !== view.rule.underlying) continue;
    const wish = await helpFor(control, desk, { loan, wallet, ...terms });
    if (!wish.ok || wish.value !== null) return wish;
  }
  return ok(null);
}
