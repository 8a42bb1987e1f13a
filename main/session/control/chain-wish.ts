import type { GroundedWish } from '#main/engine/automation.ts';
import type { ChainDesk } from '#main/session/chain-desk.ts';
import type { AutomationView } from '#shared/domain/automation.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import { type Fault, ok, type Result } from '#shared/units/result.ts';
import { type EpochMs, SECOND } from '#shared/units/time.ts';
import { blocksOf, waiting } from './chain-step-wish.ts';
import { exitWish } from './exit-wish.ts';
import type { ControlGround, Look } from './ground.ts';
import { loanWish } from './loan-wish.ts';
import { courseBook } from './range-course.ts';
import { createRangeWishes } from './range-wish.ts';

/** A node may have failed, and prices elsewhere move between blocks. */
const ANEW = 5 * SECOND;

type Answer = Result<GroundedWish | null, Fault>;

/** What the controllers want on chains. A chain is asked once a block, anew after every step and every few seconds. */
export interface ChainWishes {
  wish(look: Look, view: AutomationView): Promise<Answer>;
  /** A step that left or ended makes everything that was asked before it old. */
  remember(event: DomainEvent): void;
}

export function createChainWishes(ground: ControlGround): ChainWishes {
  const courses = courseBook(ground.journal);
  const ranges = createRangeWishes(ground, courses);
  const known = new Map<string, { readonly key: string; readonly answer: Answer; readonly until: EpochMs }>();
  let age = 0;

  async function ask(desk: ChainDesk, look: Look, view: AutomationView): Promise<Answer> {
    switch (view.rule.controller) {
      case 'collateral-manager':
        return loanWish(ground, desk, look, view);
      case 'lp-rebalancer':
        return ok(await ranges.wish(desk, look, view));
      case 'flatten':
        return ok(await exitWish(desk, look, view));
      default:
        return ok(null);
    }
  }

  async function atBlock(desk: ChainDesk, look: Look, view: AutomationView): Promise<Answer> {
    // What is asked while a step is under way would be of another chain when it is answered.
    if (ground.engine.steps.some((one) => one.chain === desk.chain)) return ok(waiting('a step is under way'));
    const { controller, underlying } = view.rule;
    const name = `${controller} ${underlying} ${desk.chain}`;
    const blocks = blocksOf([...desk.loans, ...desk.ranges, ...desk.perps]);
    const key = `${age} ${blocks} ${view.use.orders} ${[...look.silent].join(' ')}`;
    const before = known.get(name);
    if (before?.key === key && ground.clock.now() < before.until) return before.answer;
    const answer = await ask(desk, look, view);
    known.set(name, { key, answer, until: ground.clock.now() + ANEW });
    return answer;
  }

  return {
    async wish(look, view) {
      for (const desk of ground.chains) {
        const answer = await atBlock(desk, look, view);
        if (!answer.ok || answer.value !== null) return answer;
      }
      return ok(null);
    },
    remember(event) {
      if (event.type !== 'chain-step') return;
      age += 1;
      const { origin, step, state } = event.taken;
      const leaves = origin === 'lp-rebalancer' && step.kind === 'range' && step.action === 'decrease';
      if (leaves && state === 'sent') courses.begun(step.position);
    },
  };
}
