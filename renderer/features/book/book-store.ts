import { useEffect } from 'react';
import { create } from 'zustand';
import { call } from '#renderer/state/bridge.ts';
import { createLatest } from '#renderer/state/latest.ts';
import type { Answer, MethodInput } from '#shared/ipc/contract.ts';
import type { CrossBookView } from '#shared/ipc/venues.ts';
import type { Fault } from '#shared/units/result.ts';
import { type Ladder, ladderOf } from './ladder.ts';

export type BookQuestion = MethodInput<'market.book'>;

interface CrossBook {
  readonly view: CrossBookView | null;
  readonly ladder: Ladder;
  readonly fault: Fault | null;
  /** Machine time of the last answer. */
  readonly at: number;
}

const NO_LADDER: Ladder = { bids: [], asks: [] };
const ASK_EVERY = 1_000;

/** The book that was last told; cells read it outside React. */
export const useCrossBook = create<CrossBook>(() => ({ view: null, ladder: NO_LADDER, fault: null, at: 0 }));

function take(answer: Answer<CrossBookView>): void {
  if (answer.ok) {
    useCrossBook.setState({ view: answer.value, ladder: ladderOf(answer.value), fault: null, at: Date.now() });
  } else useCrossBook.setState({ fault: answer.error });
}

/** Asks once a second, and at once when the question changes. */
export function useBookAsked(question: BookQuestion): void {
  const text = JSON.stringify(question);
  useEffect(() => {
    const asked: BookQuestion = JSON.parse(text);
    const latest = createLatest((one: BookQuestion) => call('market.book', one), take);
    latest.ask(asked);
    const timer = setInterval(() => latest.ask(asked), ASK_EVERY);
    return () => {
      clearInterval(timer);
      latest.stop();
    };
  }, [text]);
}

/** Calls `changed` when another book was told. */
export function onBook(changed: () => void): () => void {
  return useCrossBook.subscribe(changed);
}
