import { useCallback, useEffect, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import type { ExplainedDays } from '#shared/ipc/journal.ts';
import type { Fault } from '#shared/units/result.ts';

/** A screenful first, and as many more whenever older ones are asked for. */
const FIRST_DAYS = 5;
const OLDER_DAYS = 90;
/** History that is still being folded is asked for again at once: the question takes it further. */
const FOLDING_MS = 50;

export interface Days {
  readonly answer: ExplainedDays | null;
  /** Whether the recorded market is still being gone through. */
  readonly isExplaining: boolean;
  readonly more: boolean;
  readonly fault: Fault | null;
  readonly refresh: () => void;
  readonly older: () => void;
}

/** What was explained before stands until it is explained anew. */
function keepingTerms(booked: ExplainedDays, before: ExplainedDays | null): ExplainedDays {
  return before === null ? booked : { ...booked, days: before.days, excluded: before.excluded };
}

/** P&L by day while `wanted`: what is booked at once, then why, from the recorded market. */
export function useDays(wanted: boolean): Days {
  const [answer, setAnswer] = useState<ExplainedDays | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [isExplaining, setExplaining] = useState(true);
  const [days, setDays] = useState(FIRST_DAYS);
  const [asked, setAsked] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a request to refresh is a reason to ask again
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const ask = async (terms: boolean): Promise<void> => {
      const told = await call('journal.explain', { days, terms });
      if (!current) return;
      setFault(told.ok ? null : told.error);
      if (told.ok) take(told.value, terms);
    };
    const take = (value: ExplainedDays, terms: boolean): void => {
      setAnswer((before) => (terms ? value : keepingTerms(value, before)));
      if (value.folding !== null) timer = setTimeout(() => ask(false), FOLDING_MS);
      else if (terms) setExplaining(false);
      else void ask(true);
    };
    setExplaining(true);
    void ask(false);
    return () => {
      current = false;
      if (timer !== null) clearTimeout(timer);
    };
  }, [wanted, days, asked]);

  const refresh = useCallback(() => setAsked((count) => count + 1), []);
  const older = useCallback(() => setDays((now) => now + OLDER_DAYS), []);
  const more = (answer?.booked.length ?? 0) >= days;
  return { answer, isExplaining, more, fault, refresh, older };
}
