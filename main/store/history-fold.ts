import { ruleText } from '#shared/domain/history/lot-choice.ts';
import type { LotRule } from '#shared/domain/history/lots.ts';
import type { WriteHandle } from './handles.ts';
import { foldHistory } from './history.ts';

interface Under {
  readonly rule: string;
  readonly steps: Generator<number>;
}

/** The fold of a journal into position history, wherever it stands: whoever asks takes it a step further. */
export class HistoryFold {
  readonly #store: WriteHandle;
  /** Brings the tables of the journal up to its last entry. */
  readonly #project: () => void;
  #under: Under | null = null;

  constructor(store: WriteHandle, project: () => void) {
    this.#store = store;
    this.#project = project;
  }

  /** Answers the share that is folded by `rule`, 1 when everything is. What another rule began is left where it is. */
  step(rule: LotRule): number {
    const by = ruleText(rule);
    if (this.#under?.rule !== by) this.#under = this.#begun(rule, by);
    try {
      const { done, value } = this.#under.steps.next();
      if (done !== true && value < 1) return value;
      this.#under = null;
      // What was journalled meanwhile is folded by steps of its own.
      return done === true ? 1 : this.step(rule);
    } catch (thrown) {
      this.#under = null;
      throw thrown;
    }
  }

  #begun(rule: LotRule, by: string): Under {
    this.#project();
    return { rule: by, steps: foldHistory(this.#store, rule) };
  }
}
