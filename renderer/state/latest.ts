/** Asks questions one at a time; of those that come meanwhile only the newest is asked, after at least `gapMs`. */
export interface Latest<Q> {
  readonly ask: (question: Q) => void;
  /** Forgets what waits; an answer still under way is dropped. */
  readonly stop: () => void;
}

/**
 * One question in flight. `answered` gets every answer that was not overtaken by `stop`, together with its question, so
 * that the caller can tell whether it is still the one that matters.
 */
export function createLatest<Q, A>(
  ask: (question: Q) => Promise<A>,
  answered: (answer: A, question: Q) => void,
  gapMs = 0,
): Latest<Q> {
  let waiting: { readonly question: Q } | null = null;
  let busy = false;
  let generation = 0;

  async function run(question: Q): Promise<void> {
    busy = true;
    const mine = generation;
    const rest = gapMs > 0 ? new Promise((resolve) => setTimeout(resolve, gapMs)) : null;
    const answer = await ask(question);
    if (mine === generation) answered(answer, question);
    await rest;
    busy = false;
    const next = waiting;
    waiting = null;
    if (next !== null) void run(next.question);
  }

  return {
    ask(question) {
      if (busy) waiting = { question };
      else void run(question);
    },
    stop() {
      generation += 1;
      waiting = null;
    },
  };
}
