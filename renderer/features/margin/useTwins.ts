import { useEffect, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import type { MarginTwin } from '#shared/control/margin-twin.ts';
import { poolKey } from './health.ts';

/** The venues are asked every ten seconds; what they said is looked at twice as often. */
const LOOK_EVERY = 5_000;

/** The venues' own figures by pool. Empty until they have answered. */
export function useTwins(): ReadonlyMap<string, MarginTwin> {
  const [twins, setTwins] = useState<ReadonlyMap<string, MarginTwin>>(new Map());
  useEffect(() => {
    let gone = false;
    const look = async (): Promise<void> => {
      const answer = await call('venues.look', {});
      if (!gone && answer.ok) setTwins(new Map(answer.value.margins.map((twin) => [poolKey(twin), twin])));
    };
    void look();
    const timer = setInterval(() => void look(), LOOK_EVERY);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, []);
  return twins;
}
