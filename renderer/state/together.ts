/** Longest wait of a message in a window that nobody paints. */
const UNPAINTED_MS = 100;

/** Messages that wait for the next picture. */
export interface Together<T> {
  add(message: T): void;
  /** Forgets what waits. */
  clear(): void;
}

/**
 * Takes messages in one go, once before each picture, in their order. Between two pictures a page has time for what its
 * components do of themselves; taken one by one, the messages of a busy moment leave none, and React ends fifty commits in
 * a row with an error.
 */
export function together<T>(take: (messages: readonly T[]) => void): Together<T> {
  let waiting: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const drain = (): void => {
    clearTimeout(timer);
    const messages = waiting;
    waiting = [];
    if (messages.length > 0) take(messages);
  };
  return {
    add: (message) => {
      waiting.push(message);
      if (waiting.length > 1) return;
      requestAnimationFrame(drain);
      timer = setTimeout(drain, UNPAINTED_MS);
    },
    clear: () => {
      waiting = [];
    },
  };
}
