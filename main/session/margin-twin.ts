import type { Clock, VenueAdapter } from '#main/engine/ports.ts';
import { DRIFT_ALARM, type MarginTwin, marginTwins } from '#shared/control/margin-twin.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';

export interface MarginTwins {
  /** As last asked, of every account. */
  readonly latest: readonly MarginTwin[];
  stop(): void;
}

type Asked = Pick<VenueAdapter, 'accounts' | 'snapshot'>;

export interface TwinGround {
  readonly clock: Clock;
  readonly adapters: readonly Asked[];
  report(): Pick<RiskReport, 'asOf' | 'pools'> | null;
  onFault(reason: Fault): void;
}

/** Venues count such questions against their limits. */
const ASK_EVERY = 10_000;
/** Differences in a row before they are told: one may be a fill on its way. */
const PATIENCE = 3;

const keyOf = ({ account, currency }: MarginTwin): string => `${account} ${currency}`;

function driftFault(twin: MarginTwin): Fault {
  const { account, currency, asOf } = twin;
  const share = ((twin.drift ?? 0) * 100).toFixed(1);
  const message = `margin of ${keyOf(twin)}: the venue's own figures are ${share}% from Keel's, three times in a row`;
  return fault('margin-drift', message, { account, currency, asOf });
}

/**
 * Asks the venues for their own margin figures and keeps them beside Keel's. A difference that stays is told once, and
 * again only after it was gone.
 */
export function watchMarginTwins({ clock, adapters, report, onFault }: TwinGround): MarginTwins {
  const byAccount = new Map<AccountId, readonly MarginTwin[]>();
  const apart = new Map<string, number>();
  let asking = false;

  function judge(twin: MarginTwin): void {
    if (twin.drift === null) return;
    const times = twin.drift < DRIFT_ALARM ? 0 : (apart.get(keyOf(twin)) ?? 0) + 1;
    apart.set(keyOf(twin), times);
    if (times === PATIENCE) onFault(driftFault(twin));
  }

  async function ask(adapter: Asked): Promise<void> {
    for (const { id } of await adapter.accounts()) {
      const { pools, asOf } = await adapter.snapshot(id);
      const own = report();
      if (own === null) continue;
      const twins = marginTwins(own, { asOf, pools });
      byAccount.set(id, twins);
      twins.forEach(judge);
    }
  }

  /** A venue that does not answer is the connection's business; its figures stay as old as they are. */
  async function askAll(): Promise<void> {
    if (asking || report() === null) return;
    asking = true;
    try {
      await Promise.allSettled(adapters.map(ask));
    } finally {
      asking = false;
    }
  }

  const stop = clock.every(ASK_EVERY, () => void askAll());
  return {
    get latest() {
      return [...byAccount.values()].flat();
    },
    stop,
  };
}
