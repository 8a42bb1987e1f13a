import { create } from 'zustand';
import { type AutomationRule, type Controller, standardRule } from '#shared/domain/automation.ts';

/** A rule as the trader is about to set it: its level and underlying are chosen when he does. */
type RuleDraft = Omit<AutomationRule, 'level' | 'underlying' | 'controller'>;

function draftOf(controller: Controller): RuleDraft {
  const { level: _level, underlying: _underlying, controller: _controller, ...draft } = standardRule('BTC', controller);
  return draft;
}

export const useDrafts = create<Readonly<Record<Controller, RuleDraft>>>(() => ({
  flatten: draftOf('flatten'),
  deleverager: draftOf('deleverager'),
  'collateral-manager': draftOf('collateral-manager'),
  'delta-hedger': draftOf('delta-hedger'),
  'lp-rebalancer': draftOf('lp-rebalancer'),
}));

/** Changes the draft of one controller; a rule in force keeps its own limits. */
export function changeDraft(controller: Controller, more: Partial<RuleDraft>): void {
  useDrafts.setState((drafts) => ({ [controller]: { ...drafts[controller], ...more } }));
}
