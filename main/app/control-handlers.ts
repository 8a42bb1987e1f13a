import { FLATTEN_SETTING } from '#main/engine/automation-rules.ts';
import type { Handlers } from '#main/ipc/router.ts';
import { exitLines, holdingsOf } from '#main/session/control/chain-exit.ts';
import { coverPlan, coverProblem, requestsOf } from '#main/session/control/cover-wish.ts';
import { flattenPlan } from '#main/session/control/flatten-wish.ts';
import type { Look } from '#main/session/control/ground.ts';
import { POLICIES_SETTING, type Session } from '#main/session/session.ts';
import { journalPage } from '#main/store/queries.ts';
import type { FlattenPlan } from '#shared/control/flatten.ts';
import { type AutomationRule, EVERY_UNDERLYING, standardRule } from '#shared/domain/automation.ts';
import type { AutomationLine, CollateralView, ExitLine, ExitRehearsal } from '#shared/ipc/contract.ts';
import { readPolicies } from '#shared/ipc/control-policy-file.ts';
import type { AccountId, UnderlyingId } from '#shared/units/ids.ts';
import { FaultError, fault, unwrap } from '#shared/units/result.ts';
import { SECOND } from '#shared/units/time.ts';
import type { ByHand } from './by-hand.ts';
import type { Hand } from './hand.ts';

type ControlMethods =
  | 'automation.log'
  | 'policies.load'
  | 'policies.set'
  | 'exit.rehearse'
  | 'flatten.start'
  | 'collateral.plan'
  | 'transfer.send';

/** What flattening asks to be typed. */
const FLATTEN_WORD = 'FLATTEN';

function noMarket(): FaultError {
  return new FaultError(fault('no-market', 'there is no market yet: it can be rehearsed with the first quotes'));
}

function lookOf(session: Session): Look {
  const look = session.control.look();
  if (look === null) throw noMarket();
  return look;
}

function logOf(session: Session, limit: number): readonly AutomationLine[] {
  return journalPage(session.journal.read, { limit, types: ['automation'] }).flatMap(({ seq, at, event }) => {
    if (event.type !== 'automation') return [];
    const { controller, underlying, act, why } = event;
    return [{ seq, at, controller, underlying, act, why }];
  });
}

async function planOf(session: Session, accounts: readonly AccountId[] | null): Promise<FlattenPlan> {
  const plan = await flattenPlan(session.control.ground, lookOf(session), accounts);
  if (plan === null) throw noMarket();
  return plan;
}

/** Positions on chains, as of their newest blocks. */
async function exitsOf(session: Session, accounts: readonly AccountId[] | null): Promise<readonly ExitLine[]> {
  const { silent } = lookOf(session);
  const { chains } = session.control.ground;
  const held = await Promise.all(chains.map((one) => holdingsOf(one, accounts, silent)));
  return held.flatMap(exitLines);
}

async function rehearsalOf(
  session: Session,
  underlying: UnderlyingId,
  accounts: readonly AccountId[] | null,
): Promise<ExitRehearsal> {
  const kept = session.journal.readSetting(FLATTEN_SETTING) ?? '';
  const running = session.engine.automation.some(({ rule }) => rule.controller === 'flatten' && rule.level !== 'off');
  const [plan, ladder, exits] = await Promise.all([
    planOf(session, accounts),
    session.control.ladder(underlying),
    exitsOf(session, accounts),
  ]);
  if (kept === '' || running) return { plan, ladder, exits };
  return { plan, ladder, exits, brokenOff: JSON.parse(kept) as readonly AccountId[] | null };
}

/** What the rehearsal would use up, and room for prices that move: the loss of closing trades is no reason to stop half-way. */
function flattenRule(
  plan: FlattenPlan,
  exits: readonly ExitLine[],
  accounts: readonly AccountId[] | null,
): AutomationRule {
  // A position on a chain is left in several steps, each of which counts with what it moves.
  const onChain = exits.reduce((sum, one) => sum + one.steps.length * one.valueUsd, 0);
  const notional = plan.legs.reduce((sum, leg) => sum + leg.notionalUsd, onChain);
  const room = Math.max(notional * 2, 1_000);
  const budget = { perOrderUsd: Math.min(room, 500_000), notionalUsd: room, orders: 500, lossUsd: room, gasUsd: 1_000 };
  const rule = standardRule(EVERY_UNDERLYING, 'flatten');
  return { ...rule, accounts, level: 'automatic', budget, coolDownMs: SECOND };
}

async function collateralOf(session: Session): Promise<CollateralView> {
  const look = lookOf(session);
  const { ground } = session.control;
  const { goal, mostUsd } = look.policies.cover;
  const problem = coverProblem(ground, look, mostUsd);
  const book = look.pools();
  if (problem === null || book === null) throw noMarket();
  const plan = unwrap(await coverPlan(ground, problem));
  const requests = requestsOf(plan, book);
  return {
    goal,
    pools: plan.pools,
    transfers: plan.transfers.map((one, at) => ({ ...one, request: requests[at] ?? null })),
    short: [...plan.short].map(([pool, usd]) => ({ pool, usd })),
    doNothing: plan.doNothing,
  };
}

/** Controllers, their policies and rehearsals. What sends needs armed keys and a press that this process saw. */
export function controlHandlers(session: () => Session, hand: Hand, byHand: ByHand): Pick<Handlers, ControlMethods> {
  return {
    'automation.log': ({ limit }) => logOf(session(), limit),
    'policies.load': () => ({ text: session().journal.readSetting(POLICIES_SETTING) ?? '' }),
    'policies.set': async ({ text, gesture }) => {
      const { journal, control, engine } = session();
      const press = unwrap(hand.vouch(gesture));
      const policies = readPolicies(text.trim() === '' ? '{}' : text, 'policies');
      // Rules were let loose on other policies: the trader lets them loose anew.
      for (const { rule } of engine.automation) {
        if (rule.level === 'automatic') unwrap(await engine.automate({ ...rule, level: 'off' }, press));
      }
      journal.writeSetting(POLICIES_SETTING, text);
      control.setPolicies(policies);
      return null;
    },
    'exit.rehearse': ({ underlying, accounts }) => rehearsalOf(session(), underlying, accounts),
    'flatten.start': async ({ accounts, gesture }) => {
      const current = session();
      const press = unwrap(hand.vouch(gesture));
      if (!hand.typed(FLATTEN_WORD)) {
        throw new FaultError(
          fault('flatten-typed', `type ${FLATTEN_WORD} to flatten: nothing was typed in this window`),
        );
      }
      const plan = await planOf(current, accounts);
      const rule = flattenRule(plan, await exitsOf(current, accounts), accounts);
      unwrap(await current.engine.automate(rule, press));
      for (const order of plan.cancels) await current.engine.cancel(order, { by: 'engine', with: 'flatten' });
      return null;
    },
    'collateral.plan': () => collateralOf(session()),
    'transfer.send': async ({ gesture, ...wanted }) => {
      const { engine } = session();
      const press = unwrap(hand.vouch(gesture));
      if ('transfer' in wanted) {
        const { transfer } = wanted;
        unwrap(await engine.transfer(transfer, await byHand.transfer(transfer, press)));
      } else unwrap(await engine.takeOffered(wanted.step, press));
      return null;
    },
  };
}
