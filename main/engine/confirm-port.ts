/** A line of a {@link Statement}. */
export interface StatementLine {
  readonly name: string;
  readonly text: string;
  /** It stands where something known was expected: shown so. */
  readonly amiss: boolean;
}

/** What is about to leave the machine, read out of what will be sent, and not out of what was wished for. */
export interface Statement {
  readonly title: string;
  /** One sentence: what it does. */
  readonly about: string;
  readonly lines: readonly StatementLine[];
}

/**
 * Asks the trader in a window that no page has a hand in. Rejects with `not-confirmed` where he refuses, does not answer
 * in time, or where what was asked has become impossible meanwhile.
 */
export type Confirm = (statement: Statement) => Promise<void>;

/** A line as it is expected to be. */
export function line(name: string, text: string): StatementLine {
  return { name, text, amiss: false };
}

/** A line that the trader has to look at. */
export function amissLine(name: string, text: string): StatementLine {
  return { name, text, amiss: true };
}
