import { useEffect, useRef, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import { createLatest, type Latest } from '#renderer/state/latest.ts';
import type { Answer, TicketPreview } from '#shared/ipc/contract.ts';
import type { Fault } from '#shared/units/result.ts';

/** An untouched line is previewed again at most this often while the market moves. */
const REFRESH_MS = 1_000;

export interface Previewed {
  /** The line that was understood: the one on screen may be a key press ahead. */
  readonly line: string;
  readonly preview: TicketPreview | null;
  readonly fault: Fault | null;
}

const NOTHING: Previewed = { line: '', preview: null, fault: null };

/** What main makes of a line: asked at every key press, one question at a time, the newest next. */
export function usePreview(line: string, seq: number | null): Previewed {
  const [previewed, setPreviewed] = useState(NOTHING);
  const latest = useRef<Latest<string> | null>(null);
  const askedAt = useRef(0);
  const blank = line.trim() === '';

  useEffect(() => {
    const asking = createLatest<string, Answer<TicketPreview>>(
      (text) => call('ticket.preview', { line: text }),
      (answer, text) =>
        setPreviewed((before) =>
          answer.ok
            ? { line: text, preview: answer.value, fault: null }
            : { line: text, preview: before.preview, fault: answer.error },
        ),
    );
    latest.current = asking;
    return () => asking.stop();
  }, []);

  useEffect(() => {
    askedAt.current = Date.now();
    if (!blank) latest.current?.ask(line);
  }, [line, blank]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the market moved, not the line
  useEffect(() => {
    if (blank || Date.now() - askedAt.current < REFRESH_MS) return;
    askedAt.current = Date.now();
    latest.current?.ask(line);
  }, [seq]);

  return blank ? NOTHING : previewed;
}
