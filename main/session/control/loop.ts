import type { GroundedWish } from '#main/engine/automation.ts';
import type { Unsubscribe } from '#main/engine/ports.ts';
import { heldOf } from '#main/session/measure.ts';
import { restingWhy } from '#shared/control/automation.ts';
import type { ProtectionProposal } from '#shared/control/deleverager.ts';
import { type MarginSeverity, watchMargin } from '#shared/control/margin-monitor.ts';
import type { Motion } from '#shared/control/spot-watch.ts';
import type { AutomationView } from '#shared/domain/automation.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { ControlPolicies } from '#shared/ipc/control-policy-file.ts';
import { type PoolBook, poolBook } from '#shared/risk/pool-book.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import { createTrial, type Trial } from '#shared/risk/trial.ts';
import type { AccountId, UnderlyingId } from '#shared/units/ids.ts';
import { type Fault, ok, type Result, toFault } from '#shared/units/result.ts';
import { type EpochMs, MINUTE, SECOND } from '#shared/units/time.ts';
import { createChainWishes } from './chain-wish.ts';
import { coverWish } from './cover-wish.ts';
import { flattenWish } from './flatten-wish.ts';
import { type ControlGround, type ControlWish, type Look, silentVenues } from './ground.ts';
import { createHedgeWishes } from './hedge-wish.ts';
import { createKeptWishes } from './kept-wish.ts';
import { createProtectWishes } from './protect-wish.ts';

/** An account whose venue turned a transfer down is not asked again for so long. */
const REFUSED_FOR = 10 * MINUTE;

/** Rounds in which nobody wants anything new are told this often: budgets are judged on them too. */
const TELL_AGAIN = 5 * SECOND;

function wantsToAct({ wish }: ControlWish): boolean {
  return wish !== null && wish.orders.length + wish.transfers.length > 0;
}

function idleWords({ controller, underlying, wish }: ControlWish): readonly string[] {
  return [controller, underlying, wish?.summary ?? ''];
}

/** The loop that lets every controller look at every risk report, one report at a time. */
export interface ControlLoop {
  readonly ground: ControlGround;
  /** A look on the latest report for who rehearses by hand; null before the first one. */
  look(): Look | null;
  /** What the ladder proposes for the pools of an underlying as they stand; nothing is sent. */
  ladder(underlying: UnderlyingId): Promise<readonly ProtectionProposal[]>;
  /** How a coin's spot has moved so far; null before the second report. */
  motion(coin: UnderlyingId): Motion | null;
  readonly policies: ControlPolicies;
  /** From the next report on. */
  setPolicies(policies: ControlPolicies): void;
  /** Settles once the present round, if any, has been handed over. */
  settled(): Promise<void>;
  stop: Unsubscribe;
}

/**
 * Attaches all controllers to a session: margin monitor, delta hedger, deleverager, collateral manager and a flatten under
 * way. Each report makes one round: what every rule wants, handed to the engine together, which arbitrates, judges and
 * sends. Everything slow happens here, before the round; a report that comes meanwhile is left to the next one.
 */
export function attachControllers(
  ground: ControlGround,
  start: ControlPolicies,
  onFault: (reason: Fault) => void,
): ControlLoop {
  let policies = start;
  let severities: ReadonlyMap<string, MarginSeverity> = new Map();
  let round: Promise<void> | null = null;
  let fills = 0;
  let moneyMoves = 0;
  let lastTold = '';
  let toldAt = Number.NEGATIVE_INFINITY;
  const kept = createKeptWishes();
  const hedgedAt = new Map<UnderlyingId, EpochMs>();
  const refusedAt = new Map<AccountId, EpochMs>();
  const hedges = createHedgeWishes(ground, (underlying) => hedgedAt.get(underlying) ?? null);
  const protect = createProtectWishes(ground);
  const chains = createChainWishes(ground);

  function remember(event: DomainEvent): void {
    chains.remember(event);
    if (event.type === 'fill') fills += 1;
    if (event.type === 'transfer') moneyMoves += 1;
    if (event.type === 'transfer' && (event.transfer.state === 'rejected' || event.transfer.state === 'unknown')) {
      refusedAt.set(event.transfer.from, ground.clock.now());
    }
    if (event.type !== 'fill' || event.fill.order === null) return;
    const { book } = ground.journal;
    const underlying = book.instruments.get(event.fill.instrument)?.underlying;
    if (underlying !== undefined && book.orders.get(event.fill.order)?.origin === 'hedge') {
      hedgedAt.set(underlying, event.fill.at);
    }
  }

  const leaveEngine = ground.engine.subscribe((notice) => {
    if (notice.type === 'book') for (const { event } of notice.entries) remember(event);
  });

  function lookAt(report: RiskReport): Look {
    let pools: PoolBook | null | undefined;
    let trial: Trial | null = null;
    const since = ground.clock.now() - REFUSED_FOR;
    return {
      report,
      policies,
      fills,
      moneyMoves,
      silent: silentVenues(ground),
      refused: new Set([...refusedAt].flatMap(([account, at]) => (at > since ? [account] : []))),
      pools() {
        if (pools !== undefined) return pools;
        const assembled = ground.assemble();
        pools = assembled === null ? null : poolBook(assembled);
        return pools;
      },
      trial(orders) {
        trial ??= createTrial(heldOf(ground.journal.book), report.pools, {
          market: ground.market(),
          now: ground.clock.now(),
        });
        return trial(orders);
      },
    };
  }

  /** Orders and transfers that a rule wants. */
  async function tradeWish(look: Look, view: AutomationView): Promise<Result<GroundedWish | null, Fault>> {
    const { controller, underlying } = view.rule;
    const resting = restingWhy(view.rule, view.use, ground.clock.now());
    if (resting !== null) return ok({ orders: [], transfers: [], summary: resting, asksFirst: null });
    switch (controller) {
      case 'delta-hedger':
        return hedges.wish(look, underlying);
      case 'collateral-manager':
        return kept.wish(look, view, '', () => coverWish(ground, look, view));
      case 'deleverager': {
        const rungs = protect.climb(look);
        return rungs === null
          ? ok(null)
          : kept.wish(look, view, `${rungs} ${look.fills}`, async () => ok(await protect.wish(look, view)));
      }
      case 'flatten':
        return ok(await flattenWish(ground, look, view));
      case 'lp-rebalancer':
        return ok(null);
    }
  }

  async function wishFor(look: Look, view: AutomationView): Promise<Result<GroundedWish | null, Fault>> {
    const trade = await tradeWish(look, view);
    // Orders and transfers first: what they take off may need no transaction. What has begun on a chain knows no rest.
    if (!trade.ok || (trade.value !== null && trade.value.orders.length + trade.value.transfers.length > 0))
      return trade;
    const step = await chains.wish(look, view);
    return step.ok && step.value === null ? trade : step;
  }

  async function consider(report: RiskReport): Promise<void> {
    const look = lookAt(report);
    protect.watch(report);
    const watched = watchMargin(report.pools, severities, policies.thresholds);
    severities = watched.severities;
    const wishes: ControlWish[] = [];
    for (const view of ground.engine.automation) {
      const { controller, underlying, level } = view.rule;
      if (level === 'off') continue;
      const wish = await wishFor(look, view);
      if (wish.ok) wishes.push({ controller, underlying, wish: wish.value });
      else onFault(wish.error);
    }
    const alerts = watched.alerts.map(({ account, currency, to: severity, text }) => ({
      account,
      currency,
      severity,
      text,
    }));
    if (wishes.length === 0 && alerts.length === 0) return;
    const told = JSON.stringify(wishes.map(idleWords));
    const quiet = alerts.length === 0 && wishes.every((one) => !wantsToAct(one)) && told === lastTold;
    if (quiet && ground.clock.now() - toldAt < TELL_AGAIN) return;
    [lastTold, toldAt] = [told, ground.clock.now()];
    // A what-if may have been answered on a later book: what was asked for first decides how old the figures are.
    ground.engine.consider({ reportSeq: report.seq, reportAt: report.computedAt, wishes, alerts });
  }

  const leaveRisk = ground.risk.subscribe(
    (report) => {
      if (round !== null) return;
      round = consider(report)
        .catch((thrown: unknown) => onFault(toFault(thrown)))
        .finally(() => {
          round = null;
        });
    },
    () => undefined,
  );
  const look = () => (ground.risk.latest === null ? null : lookAt(ground.risk.latest));
  return {
    ground,
    look,
    async ladder(underlying) {
      const now = look();
      return now === null ? [] : protect.proposals(now, underlying);
    },
    motion: protect.motion,
    get policies() {
      return policies;
    },
    setPolicies(next) {
      policies = next;
    },
    settled: () => round ?? Promise.resolve(),
    stop() {
      leaveRisk();
      leaveEngine();
    },
  };
}
