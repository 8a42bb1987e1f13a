import { isWithinHours } from '#shared/control/automation.ts';
import { type DurationMs, type EpochMs, MINUTE } from '#shared/units/time.ts';

export type AlertSeverity = 'note' | 'watch' | 'critical';

/** Something the trader should hear of, wherever he is. No balances: it may stand on a lock screen. */
export interface Alert {
  readonly at: EpochMs;
  readonly severity: AlertSeverity;
  readonly code: string;
  readonly text: string;
}

/** What goes out of the window, and when. */
export interface AlertRules {
  readonly least: 'watch' | 'critical';
  /** Hours of the UTC day in which only what is critical goes out; null: none. */
  readonly quietHours: { readonly from: number; readonly to: number } | null;
  /** The same text is not told again sooner. */
  readonly repeatMs: DurationMs;
}

export const DEFAULT_ALERT_RULES: AlertRules = { least: 'watch', quietHours: null, repeatMs: MINUTE };

/** Whether an alert goes out; `toldAt`: when the same text last did, null for never. */
export function goesOut(alert: Alert, rules: AlertRules, toldAt: EpochMs | null): boolean {
  if (alert.severity === 'note' || (rules.least === 'critical' && alert.severity !== 'critical')) return false;
  if (toldAt !== null && alert.at - toldAt < rules.repeatMs) return false;
  if (alert.severity === 'critical' || rules.quietHours === null) return true;
  return !isWithinHours(rules.quietHours, alert.at);
}
