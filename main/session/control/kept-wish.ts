import type { GroundedWish } from '#main/engine/automation.ts';
import { stirred } from '#shared/control/stirring.ts';
import type { AutomationView } from '#shared/domain/automation.ts';
import { type Fault, ok, type Result } from '#shared/units/result.ts';
import type { Look } from './ground.ts';

type Wished = Result<GroundedWish | null, Fault>;

/** A wish that took work, kept until the book, the rule or the market has changed enough for another answer. */
export interface KeptWishes {
  wish(look: Look, view: AutomationView, standing: string, work: () => Promise<Wished>): Promise<Wished>;
}

interface Kept {
  readonly look: Look;
  /** What has no threshold: any change of it asks anew. */
  readonly exact: string;
  readonly wish: GroundedWish | null;
}

export function createKeptWishes(): KeptWishes {
  const kept = new Map<string, Kept>();
  return {
    /** @param standing anything else the answer hangs on, without a threshold */
    async wish(look, view, standing, work) {
      const { rule, use } = view;
      const name = `${rule.controller} ${rule.underlying}`;
      const exact = [
        standing, look.moneyMoves, use.notionalUsd, use.movedUsd, rule.budget.perOrderUsd, rule.budget.notionalUsd,
        rule.accounts?.join('|') ?? '*', [...look.silent].join('|'), [...look.refused].join('|'),
      ].join(' '); // biome-ignore format: one glance
      const last = kept.get(name);
      const same = last?.exact === exact && last.look.policies === look.policies;
      if (same && !stirred(last.look.report, look.report)) return ok(last.wish);
      const found = await work();
      if (found.ok) kept.set(name, { look, exact, wish: found.value });
      return found;
    },
  };
}
