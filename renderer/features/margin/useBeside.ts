import { useEffect, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import type { MarginTwin } from '#shared/control/margin-twin.ts';
import type { ProjectedPool } from '#shared/control/open-orders.ts';
import { poolKey } from './health.ts';

/** The venues are asked every ten seconds; what they said, and what is open, is looked at twice as often. */
const LOOK_EVERY = 5_000;

/** What stands beside Keel's own figures, by pool: the venue's, and those once open orders have filled. */
export interface Beside {
  readonly twins: ReadonlyMap<string, MarginTwin>;
  readonly projected: ReadonlyMap<string, ProjectedPool>;
}

/** Empty until it has been told. */
export function useBeside(): Beside {
  const [beside, setBeside] = useState<Beside>({ twins: new Map(), projected: new Map() });
  useEffect(() => {
    let gone = false;
    const look = async (): Promise<void> => {
      const answer = await call('venues.look', {});
      if (gone || !answer.ok) return;
      const { margins, projected } = answer.value;
      setBeside({
        twins: new Map(margins.map((one) => [poolKey(one), one])),
        projected: new Map(projected.map((one) => [poolKey(one), one])),
      });
    };
    void look();
    const timer = setInterval(() => void look(), LOOK_EVERY);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, []);
  return beside;
}
