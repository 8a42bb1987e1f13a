import { ruleFault } from '#shared/control/automation.ts';
import {
  type AutomationAct,
  type AutomationRule,
  type AutomationUse,
  type AutomationView,
  EVERY_UNDERLYING,
  UNUSED,
} from '#shared/domain/automation.ts';
import type { PlannedStep, TakenStep } from '#shared/domain/chain-step.ts';
import type { Cause } from '#shared/domain/commands.ts';
import type { ClientOrderId, UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result, toFault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type Core, raiseAlarm } from './core.ts';
import { createOwnTrades, type OwnTrades, type PriceOf } from './own-trades.ts';
import type { StagingDesk } from './staging-desk.ts';

/** A rule that was set in this run, with what came of it. */
export interface RuleEntry {
  rule: AutomationRule;
  use: AutomationUse;
  act: AutomationAct;
  why: string;
  /** Refusals of the gate in a row. */
  denials: number;
  /** When what it looks after last changed by a fill or a transfer. */
  movedAt: EpochMs;
  readonly orders: Set<ClientOrderId>;
  /** Ids of the steps on chains that it took. */
  readonly steps: Set<string>;
  /** What it staged last; null where nothing was. */
  staged: string | null;
  /** The step on a chain that waits for the trader's word; null where none does. */
  offered: PlannedStep | null;
  readonly trades: OwnTrades;
}

type RuleKey = Pick<AutomationRule, 'controller' | 'underlying'>;

export function ruleName({ controller, underlying }: RuleKey): string {
  return `${controller} ${underlying}`;
}

/** The rules of controllers, what they used up and what they last said. All of them are off after every start. */
export interface AutomationRules {
  readonly views: readonly AutomationView[];
  of(key: RuleKey): RuleEntry | undefined;
  /** Sets or replaces a rule; "automatic" needs armed keys at that moment, and never a rule's own word. */
  set(rule: AutomationRule, cause: Cause): Result<AutomationView>;
  /** With the loss of its trades as the market stands. */
  spentBy(entry: RuleEntry): AutomationUse;
  acted(entry: RuleEntry, more?: Partial<AutomationUse>): void;
  /** Writes down what a rule did; what it waits for is only told, and once. */
  say(entry: RuleEntry, act: AutomationAct, why: string): void;
  turnOff(entry: RuleEntry, reason: Fault): void;
  /** Counts a refusal; after too many in a row the rule goes off instead of trying for ever. */
  takeDenial(entry: RuleEntry, denial: Fault): void;
  /** The chain told what came of a rule's step: one that failed counts as a refusal. */
  takeStep(taken: TakenStep): void;
  stopAll(reason: Fault): void;
}

const DENIALS_AT_MOST = 5;

/** Setting that holds the accounts of a flatten under way as JSON; empty when none is. */
export const FLATTEN_SETTING = 'engine:flatten';

export function createAutomationRules(core: Core, staging: StagingDesk): AutomationRules {
  const { kernel, recorder, clock, arming, market, book } = core;
  const entries = new Map<string, RuleEntry>();
  const priceOf: PriceOf = (instrument) => {
    const quote = market.quote(instrument)?.quote;
    return quote && quote.mark > 0 ? { mark: quote.mark, index: quote.index } : null;
  };

  function touched(underlying: UnderlyingId | null): void {
    for (const entry of entries.values()) {
      const own = entry.rule.underlying;
      if (underlying === null || own === underlying || own === EVERY_UNDERLYING) entry.movedAt = clock.now();
    }
  }

  kernel.subscribe((notice) => {
    if (
      notice.type === 'book' &&
      notice.entries.some(({ event }) => event.type === 'transfer' || event.type === 'chain-step')
    )
      touched(null);
    if (notice.type !== 'fill') return;
    const { fill } = notice;
    const instrument = book.instruments.get(fill.instrument);
    if (instrument === undefined) return;
    touched(instrument.underlying);
    if (fill.order === null) return;
    for (const entry of entries.values()) if (entry.orders.has(fill.order)) entry.trades.take(fill, instrument);
  });

  function spentBy({ use, trades }: RuleEntry): AutomationUse {
    return { ...use, lossUsd: trades.lossUsd(priceOf) };
  }

  function viewOf(entry: RuleEntry): AutomationView {
    const view = { rule: entry.rule, use: spentBy(entry), act: entry.act, why: entry.why };
    return entry.offered === null ? view : { ...view, offered: entry.offered };
  }

  function say(entry: RuleEntry, act: AutomationAct, why: string): void {
    if (act !== 'stage') entry.offered = null;
    if (act === entry.act && why === entry.why) return;
    entry.act = act;
    entry.why = why;
    const { controller, underlying } = entry.rule;
    if (act !== 'wait') recorder.note({ type: 'automation', controller, underlying, act, why });
    kernel.notify({ type: 'automation', automation: viewOf(entry) });
  }

  /** What a rule wanted confirmed goes with the rule. */
  function dropStaged(entry: RuleEntry, reason: Fault): void {
    if (entry.staged !== null) staging.drop(entry.staged, reason);
    entry.staged = null;
  }

  function turnOff(entry: RuleEntry, reason: Fault): void {
    if (entry.rule.level === 'off') return;
    dropStaged(entry, reason);
    entry.rule = { ...entry.rule, level: 'off' };
    rememberFlatten(entry.rule);
    say(entry, 'stop', reason.message);
  }

  /** A flatten that a crash breaks off is offered to the trader at the next start. */
  function rememberFlatten(rule: AutomationRule): void {
    if (rule.controller !== 'flatten') return;
    try {
      recorder.journal.writeSetting(FLATTEN_SETTING, rule.level === 'automatic' ? JSON.stringify(rule.accounts) : '');
    } catch (thrown) {
      const cause = toFault(thrown, 'journal-write');
      raiseAlarm(core, fault('flatten-not-kept', `a restart would forget the flatten: ${cause.message}`));
    }
  }

  function armedFault(rule: AutomationRule, by: Cause['by']): Fault | null {
    if (rule.level === 'off') return null;
    if (by === 'engine') return fault('automate-by-hand', 'a rule cannot set a rule: the trader does');
    const { state } = arming.status;
    if (state === 'LOCKED') return fault('keys-locked', 'keys are LOCKED: unlock them before setting automation');
    if (rule.level !== 'automatic' || rule.dryRun || state === 'ARMED') return null;
    return fault('keys-safe', 'keys are SAFE: arm them before a rule may send by itself');
  }

  function takeDenial(entry: RuleEntry, denial: Fault): void {
    entry.denials += 1;
    say(entry, 'suggest', `not sent: ${denial.message}`);
    if (entry.denials < DENIALS_AT_MOST) return;
    const message = `${ruleName(entry.rule)} was refused ${entry.denials} times in a row and is off: ${denial.message}`;
    const reason = fault('automation-refused', message, { cause: denial.code });
    turnOff(entry, reason);
    raiseAlarm(core, reason);
  }

  return {
    get views() {
      return [...entries.values()].map(viewOf);
    },
    of: (key) => entries.get(ruleName(key)),
    set(rule, cause) {
      const refusal = ruleFault(rule) ?? armedFault(rule, cause.by);
      if (refusal !== null) return fail(refusal);
      recorder.note({ type: 'command', command: { type: 'automate', rule, cause }, report: null });
      const entry: RuleEntry = {
        rule,
        use: UNUSED,
        act: 'wait',
        why: rule.level === 'off' ? 'it is off' : 'it watches',
        denials: 0,
        movedAt: Number.NEGATIVE_INFINITY,
        orders: new Set(),
        steps: new Set(),
        staged: null,
        offered: null,
        trades: createOwnTrades(),
      };
      const before = entries.get(ruleName(rule));
      if (before) dropStaged(before, fault('rule-changed', `${ruleName(rule)} was set to ${rule.level}`));
      entries.set(ruleName(rule), entry);
      rememberFlatten(rule);
      kernel.notify({ type: 'automation', automation: viewOf(entry) });
      return ok(viewOf(entry));
    },
    spentBy,
    acted(entry, more = {}) {
      entry.use = { ...entry.use, ...more, lastActedAt: clock.now() };
    },
    say,
    turnOff,
    takeDenial,
    takeStep({ id, state, reason }) {
      for (const entry of entries.values()) {
        if (!entry.steps.has(id) || entry.rule.level === 'off') continue;
        if (state === 'done') entry.denials = 0;
        else if (reason !== null) takeDenial(entry, reason);
      }
    },
    stopAll(reason) {
      for (const entry of entries.values()) turnOff(entry, reason);
    },
  };
}
