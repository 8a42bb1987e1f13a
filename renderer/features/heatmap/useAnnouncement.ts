import { useEffect, useRef, useState } from 'react';
import type { HeatMatrix } from '#renderer/charts/heat-matrix.ts';
import { type Announced, worstSentence } from './worst.ts';

/** What the polite live region says about the worst cell; never more than one sentence in ten seconds. */
export function useAnnouncement(matrix: HeatMatrix | null): string {
  const last = useRef<Announced | null>(null);
  const [sentence, setSentence] = useState('');
  useEffect(() => {
    const next = matrix === null ? null : worstSentence(matrix, last.current, Date.now());
    if (next === null) return;
    last.current = next.said;
    setSentence(next.text);
  }, [matrix]);
  return sentence;
}
