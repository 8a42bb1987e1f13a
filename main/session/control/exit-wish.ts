import type { GroundedWish } from '#main/engine/automation.ts';
import type { ChainDesk } from '#main/session/chain-desk.ts';
import type { AutomationView } from '#shared/domain/automation.ts';
import { exitLines, holdingsOf, nextExit } from './chain-exit.ts';
import { stepWish, waiting } from './chain-step-wish.ts';
import type { Look } from './ground.ts';

/** The next step of a flatten on a chain; null when nothing of its accounts is left there. */
export async function exitWish(desk: ChainDesk, look: Look, view: AutomationView): Promise<GroundedWish | null> {
  const holdings = await holdingsOf(desk, view.rule.accounts, look.silent);
  const step = nextExit(holdings);
  const stuck = exitLines(holdings).find((one) => one.blocked !== null);
  if (step === null) return stuck === undefined ? null : waiting(`${stuck.account} waits: ${stuck.blocked}`);
  const summary = `${step.action} at ${step.venue}, ${exitLines(holdings).length} positions left on ${desk.chain}`;
  return stepWish(desk, step, { summary, continues: true, mostGasUsd: Number.POSITIVE_INFINITY });
}
