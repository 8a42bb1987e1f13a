import { type AutomationStep, automationStep, ruleFault, type Wish } from '#shared/control/automation.ts';
import {
  type AutomationAct,
  type AutomationRule,
  type AutomationUse,
  type AutomationView,
  type Controller,
  UNUSED,
} from '#shared/domain/automation.ts';
import type { Cause } from '#shared/domain/commands.ts';
import type { OrderOrigin } from '#shared/domain/order.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { ClientOrderId, UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type Core, raiseAlarm } from './core.ts';
import type { Execution } from './execution.ts';
import { createOwnTrades, type OwnTrades, type PriceOf } from './own-trades.ts';
import type { Basis } from './staging.ts';
import type { StagingDesk } from './staging-desk.ts';

/** A wish with what it rests on; the gate finds out what its orders are worth. */
export interface GroundedWish extends Omit<Wish, 'notionalsUsd'> {
  readonly reportSeq: number;
  /** Engine time at which the report was asked for: older than the last own fill, it would hedge twice. */
  readonly reportAt: EpochMs;
}

/** Controllers that act by rule. Runs inside kernel tasks; all of it is off after every start. */
export interface Automation {
  readonly rules: readonly AutomationView[];
  /** Sets or replaces a rule; "automatic" needs armed keys at that moment, and never a rule's own word. */
  set(rule: AutomationRule, cause: Cause): Result<AutomationView>;
  /** What a controller wants now, null when it is content. */
  take(controller: Controller, underlying: UnderlyingId, wish: GroundedWish | null): AutomationStep;
  /** Every rule goes off. */
  stopAll(reason: Fault): void;
}

type ValuedWish = GroundedWish & Wish;

/** Refusals of the gate in a row after which a rule goes off instead of trying for ever. */
const DENIALS_AT_MOST = 5;
const ORIGIN: Readonly<Record<Controller, OrderOrigin>> = { 'delta-hedger': 'hedge' };

interface Entry {
  rule: AutomationRule;
  use: AutomationUse;
  act: AutomationAct;
  why: string;
  denials: number;
  movedAt: EpochMs;
  readonly orders: Set<ClientOrderId>;
  /** What it staged last; null where nothing was. */
  staged: string | null;
  readonly trades: OwnTrades;
}

function keyOf({ controller, underlying }: Pick<AutomationRule, 'controller' | 'underlying'>): string {
  return `${controller} ${underlying}`;
}

export function createAutomation(core: Core, staging: StagingDesk, execution: Execution): Automation {
  const { kernel, recorder, clock, arming, market, book } = core;
  const entries = new Map<string, Entry>();
  const priceOf: PriceOf = (instrument) => {
    const quote = market.quote(instrument)?.quote;
    return quote && quote.mark > 0 ? { mark: quote.mark, index: quote.index } : null;
  };

  kernel.subscribe((notice) => {
    if (notice.type !== 'fill') return;
    const { fill } = notice;
    const instrument = book.instruments.get(fill.instrument);
    for (const entry of entries.values()) {
      if (instrument?.underlying === entry.rule.underlying) entry.movedAt = clock.now();
      if (fill.order !== null && instrument && entry.orders.has(fill.order)) entry.trades.take(fill, instrument);
    }
  });

  function spentBy({ use, trades }: Entry): AutomationUse {
    return { ...use, lossUsd: trades.lossUsd(priceOf) };
  }

  function viewOf(entry: Entry): AutomationView {
    return { rule: entry.rule, use: spentBy(entry), act: entry.act, why: entry.why };
  }

  /** Writes down what a rule did; what it waits for is only told, and once. */
  function say(entry: Entry, act: AutomationAct, why: string): void {
    if (act === entry.act && why === entry.why) return;
    entry.act = act;
    entry.why = why;
    const { controller, underlying } = entry.rule;
    if (act !== 'wait') recorder.note({ type: 'automation', controller, underlying, act, why });
    kernel.notify({ type: 'automation', automation: viewOf(entry) });
  }

  /** What a rule wanted confirmed goes with the rule. */
  function dropStaged(entry: Entry, reason: Fault): void {
    if (entry.staged !== null) staging.drop(entry.staged, reason);
    entry.staged = null;
  }

  function turnOff(entry: Entry, reason: Fault): void {
    if (entry.rule.level === 'off') return;
    dropStaged(entry, reason);
    entry.rule = { ...entry.rule, level: 'off' };
    say(entry, 'stop', reason.message);
  }

  function armedFault(rule: AutomationRule, by: Cause['by']): Fault | null {
    if (rule.level === 'off') return null;
    if (by === 'engine') return fault('automate-by-hand', 'a rule cannot set a rule: the trader does');
    const { state } = arming.status;
    if (state === 'LOCKED') return fault('keys-locked', 'keys are LOCKED: unlock them before setting automation');
    if (rule.level !== 'automatic' || rule.dryRun || state === 'ARMED') return null;
    return fault('keys-safe', 'keys are SAFE: arm them before a rule may send by itself');
  }

  function acted(entry: Entry, more: Partial<AutomationUse> = {}): void {
    entry.use = { ...entry.use, ...more, lastActedAt: clock.now() };
  }

  function caspentBy(entry: Entry): Cause {
    return { by: 'engine', with: keyOf(entry.rule), pressedAt: clock.now() };
  }

  function basisOf(entry: Entry, wish: ValuedWish): Basis {
    return { reportSeq: wish.reportSeq, underlying: entry.rule.underlying };
  }

  function stage(entry: Entry, wish: ValuedWish): Fault | null {
    const origin = ORIGIN[entry.rule.controller];
    const waiting = staging.staged.some((one) => one.basis.underlying === entry.rule.underlying);
    if (waiting) return null;
    const staged = staging.stage(wish.orders, origin, basisOf(entry, wish));
    acted(entry);
    entry.staged = staged.ok ? staged.value.id : null;
    return staged.ok ? null : staged.error;
  }

  function send(entry: Entry, wish: ValuedWish): Fault | null {
    const placed = execution.submit({
      orders: wish.orders,
      origin: ORIGIN[entry.rule.controller],
      cause: caspentBy(entry),
      reportSeq: wish.reportSeq,
      mandate: { rule: entry.rule, use: spentBy(entry) },
    });
    if (!placed.ok) {
      acted(entry);
      return placed.error;
    }
    for (const order of placed.value.orders) entry.orders.add(order.id);
    const { notionalUsd, orders } = entry.use;
    acted(entry, {
      notionalUsd: wish.notionalsUsd.reduce((sum, one) => sum + one, notionalUsd),
      orders: orders + wish.orders.length,
    });
    return null;
  }

  /** The wish with collars and with what the gate says its orders are worth. */
  function valued(entry: Entry, wish: GroundedWish): ValuedWish {
    const { orders, judgements } = staging.preview(wish.orders, { rule: entry.rule, use: entry.use });
    return { ...wish, orders, notionalsUsd: judgements.map((one) => toNumber(one.notionalUsd)) };
  }

  function carryOut(entry: Entry, step: AutomationStep, wish: ValuedWish | null): Fault | null {
    if (step.act === 'stop') {
      turnOff(entry, step.why);
      raiseAlarm(core, step.why);
      return null;
    }
    if (step.act === 'wait' || wish === null) return null;
    if (step.act === 'stage') return stage(entry, wish);
    if (step.act === 'send') return send(entry, wish);
    acted(entry);
    return null;
  }

  function takeDenial(entry: Entry, denial: Fault | null): void {
    entry.denials = denial === null ? 0 : entry.denials + 1;
    if (denial === null) return;
    say(entry, 'suggest', `not sent: ${denial.message}`);
    if (entry.denials < DENIALS_AT_MOST) return;
    const message = `${keyOf(entry.rule)} was refused ${entry.denials} times in a row and is off: ${denial.message}`;
    const reason = fault('automation-refused', message, { cause: denial.code });
    turnOff(entry, reason);
    raiseAlarm(core, reason);
  }

  return {
    get rules() {
      return [...entries.values()].map(viewOf);
    },
    set(rule, cause) {
      const refusal = ruleFault(rule) ?? armedFault(rule, cause.by);
      if (refusal !== null) return fail(refusal);
      recorder.note({ type: 'command', command: { type: 'automate', rule, cause }, report: null });
      const entry: Entry = {
        rule,
        use: UNUSED,
        act: 'wait',
        why: rule.level === 'off' ? 'it is off' : 'it watches',
        denials: 0,
        movedAt: Number.NEGATIVE_INFINITY,
        orders: new Set(),
        staged: null,
        trades: createOwnTrades(),
      };
      const before = entries.get(keyOf(rule));
      if (before) dropStaged(before, fault('rule-changed', `${keyOf(rule)} was set to ${rule.level}`));
      entries.set(keyOf(rule), entry);
      kernel.notify({ type: 'automation', automation: viewOf(entry) });
      return ok(viewOf(entry));
    },
    take(controller, underlying, wish) {
      const entry = entries.get(keyOf({ controller, underlying }));
      if (entry === undefined) return { act: 'wait', why: 'it is off' };
      const worth = wish === null ? null : valued(entry, wish);
      const old = wish !== null && wish.reportAt <= entry.movedAt;
      const step: AutomationStep = old
        ? { act: 'wait', why: 'the risk report is older than the last fill' }
        : automationStep(entry.rule, spentBy(entry), worth, clock.now());
      const denial = carryOut(entry, step, worth);
      if (step.act !== 'stop' && denial === null) say(entry, step.act, step.why);
      if (step.act === 'stage' || step.act === 'send') takeDenial(entry, denial);
      return step;
    },
    stopAll(reason) {
      for (const entry of entries.values()) turnOff(entry, reason);
    },
  };
}
