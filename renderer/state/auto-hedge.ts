import { create } from 'zustand';
import { type AutomationRule, standardRule } from '#shared/domain/automation.ts';

/** The auto-hedge rule as the trader is about to set it: its level and underlying are chosen when he does. */
export interface AutoHedgeDraft {
  readonly rule: Omit<AutomationRule, 'level' | 'underlying'>;
}

export const useAutoHedge = create<AutoHedgeDraft>(() => {
  const { level: _level, underlying: _underlying, ...rule } = standardRule('BTC');
  return { rule };
});
