import { create } from 'zustand';

interface KeyFeedback {
  /** The hold in progress, by command, or null. */
  readonly hold: { readonly id: string; readonly holdMs: number } | null;
  /** What the footer says about the last press: a started sequence, a first of two presses, or why a key did not act. */
  readonly text: string | null;
}

/** What the keyboard is in the middle of, for the header's hold bars and the footer. */
export const useKeyFeedback = create<KeyFeedback>(() => ({ hold: null, text: null }));

const SHOWN_MS = 2_500;
let timer: ReturnType<typeof setTimeout> | undefined;

export function sayKey(text: string | null, forMs = SHOWN_MS): void {
  clearTimeout(timer);
  useKeyFeedback.setState({ text });
  if (text !== null) timer = setTimeout(() => useKeyFeedback.setState({ text: null }), forMs);
}
