import type { Severity } from '#renderer/ui/SeverityMark.tsx';
import {
  AUTOMATION_LEVELS,
  type AutomationAct,
  type AutomationLevel,
  type Controller,
} from '#shared/domain/automation.ts';

/** Controllers with a rule per underlying, in the order of their urgency. A flatten has a panel of its own. */
export const RULED = [
  'deleverager',
  'collateral-manager',
  'delta-hedger',
  'lp-rebalancer',
] as const satisfies readonly Controller[];

export const CONTROLLER_NAMES: Readonly<Record<Controller, string>> = {
  flatten: 'Flatten',
  deleverager: 'Deleverager',
  'collateral-manager': 'Collateral manager',
  'delta-hedger': 'Delta hedger',
  'lp-rebalancer': 'LP rebalancer',
};

const MEANINGS: Readonly<Record<AutomationLevel, string>> = {
  off: 'Off: it looks only when you ask',
  observe: 'Observe: writes down what it would do',
  suggest: 'Suggest: tells you what it would do',
  confirm: 'Confirm: stages its orders; your key sends them',
  automatic: 'Automatic: sends by itself, inside its limits; needs ARMED keys to be set',
};

export const LEVELS = AUTOMATION_LEVELS.map((level) => ({
  value: level,
  text: level === 'automatic' ? 'auto' : level,
  title: MEANINGS[level],
}));

export const ACT_SEVERITIES: Readonly<Record<AutomationAct, Severity>> = {
  wait: 'note',
  log: 'note',
  suggest: 'watch',
  hold: 'watch',
  stage: 'watch',
  send: 'ok',
  stop: 'critical',
};
