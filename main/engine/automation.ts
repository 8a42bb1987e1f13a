import { arbitrate, type Intent } from '#shared/control/arbitration.ts';
import { type AutomationStep, automationStep, type Wish } from '#shared/control/automation.ts';
import { CONTROLLERS, type Controller, REDUCERS } from '#shared/domain/automation.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import { isWorking, type OrderOrigin } from '#shared/domain/order.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { type AutomationRules, type RuleEntry, ruleName } from './automation-rules.ts';
import { type Core, raiseAlarm } from './core.ts';
import type { Execution } from './execution.ts';
import { withCollars, worthUsd } from './judging.ts';
import type { StagingDesk } from './staging-desk.ts';
import type { Stepping } from './stepping.ts';
import type { Transferring } from './transferring.ts';

/** A controller's wish before the gate has found out what it is worth. */
export type GroundedWish = Omit<Wish, 'notionalsUsd' | 'movedUsd'>;

type MarginAlertEvent = Extract<DomainEvent, { type: 'margin-alert' }>;

/** What all controllers want on one risk report, and what the margin monitor says of it. */
export interface ControlRound {
  readonly reportSeq: number;
  /** Engine time at which the report was asked for: older than the last fill, it would act twice. */
  readonly reportAt: EpochMs;
  readonly wishes: readonly {
    readonly controller: Controller;
    readonly underlying: UnderlyingId;
    /** Null: content; a flatten that is content has nothing left to close, and ends. */
    readonly wish: GroundedWish | null;
  }[];
  readonly alerts: readonly Omit<MarginAlertEvent, 'type'>[];
}

/** The one loop of all controllers. Runs inside kernel tasks. */
export interface Automation {
  take(round: ControlRound): void;
}

const ORIGIN: Readonly<Record<Controller, OrderOrigin>> = {
  flatten: 'close',
  deleverager: 'close',
  'collateral-manager': 'close',
  'delta-hedger': 'hedge',
  // It sends no orders.
  'lp-rebalancer': 'close',
};

interface Candidate {
  readonly entry: RuleEntry;
  readonly wish: Wish | null;
  readonly step: AutomationStep;
}

type Acting = Candidate & { readonly wish: Wish };

function isActing(one: Candidate): one is Acting {
  return one.wish !== null && (one.step.act === 'send' || one.step.act === 'stage');
}

function intentOf({ entry, wish }: Acting): Intent {
  const { controller, underlying } = entry.rule;
  const { orders, transfers, step } = wish;
  const own = { controller, underlying, id: ruleName(entry.rule), orders, transfers };
  return step === undefined ? own : { ...own, step };
}

export function createAutomation(
  core: Core,
  rules: AutomationRules,
  parts: {
    readonly staging: StagingDesk;
    readonly execution: Execution;
    readonly transferring: Transferring;
    readonly stepping: Stepping;
  },
): Automation {
  const { clock, book, recorder } = core;
  const { staging, execution, transferring, stepping } = parts;

  /** The wish with collars and with what its orders are worth to the gate, which judges them when they are sent. */
  function valued(wish: GroundedWish): Wish {
    const orders = withCollars(core, wish.orders);
    const notionalsUsd = orders.map((one) => toNumber(worthUsd(core, one)));
    return { ...wish, orders, notionalsUsd, movedUsd: wish.transfers.map(transferring.worthUsd) };
  }

  /** Why the rule should see another report before it acts; null where this one will do. */
  function tooEarly(entry: RuleEntry, wish: GroundedWish, { reportAt }: ControlRound): string | null {
    if (reportAt <= entry.movedAt) return 'the risk report is older than the last fill';
    const ends = new Set(transferring.underWay.flatMap(({ from, to }) => [from, to]));
    if (wish.transfers.some(({ from, to }) => ends.has(from) || ends.has(to))) return 'a transfer is under way';
    const chain = wish.step?.preview.chain;
    const onChain = stepping.underWay.find((one) => one.chain === chain);
    if (onChain !== undefined) return `step ${onChain.id} on ${chain} is ${onChain.state}`;
    const working = [...entry.orders].some((id) => isWorking(book.orders.get(id)?.state ?? 'FILLED'));
    return working && REDUCERS.has(entry.rule.controller) ? 'its last orders are under way' : null;
  }

  function judge(entry: RuleEntry, wish: GroundedWish | null, round: ControlRound): Candidate {
    const early = wish === null || entry.rule.level === 'off' ? null : tooEarly(entry, wish, round);
    if (early !== null) return { entry, wish: null, step: { act: 'wait', why: early } };
    const worth = wish === null ? null : valued(wish);
    return { entry, wish: worth, step: automationStep(entry.rule, rules.spentBy(entry), worth, clock.now()) };
  }

  function stage({ entry, wish }: Acting, { reportSeq }: ControlRound): Fault | null {
    const { controller, underlying } = entry.rule;
    entry.offered = wish.step ?? null;
    if (wish.orders.length + wish.transfers.length === 0) return null;
    if (staging.staged.some((one) => one.basis.underlying === underlying)) return null;
    const staged = staging.stage(wish.orders, ORIGIN[controller], { reportSeq, underlying }, wish.transfers);
    rules.acted(entry);
    entry.staged = staged.ok ? staged.value.id : null;
    return staged.ok ? null : staged.error;
  }

  function sendOrders({ entry, wish }: Acting, { reportSeq }: ControlRound): Fault | null {
    if (wish.orders.length === 0) return null;
    const { rule } = entry;
    const placed = execution.submit({
      orders: wish.orders,
      origin: ORIGIN[rule.controller],
      cause: { by: 'engine', with: ruleName(rule), pressedAt: clock.now() },
      reportSeq,
      mandate: { rule, use: rules.spentBy(entry) },
    });
    if (!placed.ok) return placed.error;
    for (const order of placed.value.orders) entry.orders.add(order.id);
    const { notionalUsd, orders } = entry.use;
    rules.acted(entry, {
      notionalUsd: wish.notionalsUsd.reduce((sum, one) => sum + one, notionalUsd),
      orders: orders + wish.orders.length,
    });
    return null;
  }

  /** One after the other: the budget of each counts those before it. The first refusal ends it. */
  function sendMoney({ entry, wish }: Acting): Fault | null {
    for (const [at, request] of wish.transfers.entries()) {
      const { rule, use } = entry;
      const sent = transferring.send(request, rule.controller, { rule, use: rules.spentBy(entry) });
      if (!sent.ok) return sent.error;
      const worth = wish.movedUsd[at] ?? 0;
      const { notionalUsd, movedUsd, orders } = use;
      rules.acted(entry, { notionalUsd: notionalUsd + worth, movedUsd: movedUsd + worth, orders: orders + 1 });
    }
    return null;
  }

  /** Counted when it leaves; what the chain makes of it decides whether the rule goes on. */
  function takeStep({ entry, wish: { step } }: Acting): Fault | null {
    if (step === undefined) return null;
    const taken = stepping.take(step, entry.rule.controller, { rule: entry.rule, use: rules.spentBy(entry) });
    if (!taken.ok) return taken.error;
    entry.steps.add(taken.value.id);
    const { notionalUsd, orders, gasUsd = 0 } = entry.use;
    rules.acted(entry, {
      notionalUsd: notionalUsd + taken.value.valueUsd,
      gasUsd: gasUsd + (taken.value.gasUsd ?? 0),
      orders: orders + 1,
    });
    return null;
  }

  function act(one: Acting, round: ControlRound): void {
    const { entry, step, wish } = one;
    // Money first: what it relieves may need no order.
    const denial =
      step.act === 'send' ? (sendMoney(one) ?? sendOrders(one, round) ?? takeStep(one)) : stage(one, round);
    if (denial === null) {
      if (wish.step === undefined) entry.denials = 0;
      rules.say(entry, step.act, step.act === 'stop' ? step.why.message : step.why);
    } else {
      rules.acted(entry);
      rules.takeDenial(entry, denial);
    }
  }

  function tell({ entry, step }: Candidate): void {
    if (step.act === 'stop') {
      rules.turnOff(entry, step.why);
      raiseAlarm(core, step.why);
      return;
    }
    if (step.act !== 'wait') rules.acted(entry);
    rules.say(entry, step.act, step.why);
  }

  return {
    take(round) {
      for (const alert of round.alerts) recorder.note({ type: 'margin-alert', ...alert });
      const urgency = (one: Candidate): number => CONTROLLERS.indexOf(one.entry.rule.controller);
      const candidates = round.wishes
        .flatMap(({ wish, ...key }) => {
          const entry = rules.of(key);
          if (entry === undefined) return [];
          if (wish === null && key.controller === 'flatten') {
            rules.turnOff(entry, fault('automation-done', 'nothing is left to close'));
            return [];
          }
          return [judge(entry, wish, round)];
        })
        .sort((a, b) => urgency(a) - urgency(b));
      const acting = candidates.filter(isActing);
      const { heldBack } = arbitrate(acting.map(intentOf));
      const held = new Map(heldBack.map(({ intent, by, why }) => [intent.id, `held back for ${by}: ${why}`]));
      for (const one of candidates) {
        const why = held.get(ruleName(one.entry.rule));
        if (!isActing(one)) tell(one);
        else if (why === undefined) act(one, round);
        else rules.say(one.entry, 'hold', why);
      }
    },
  };
}
