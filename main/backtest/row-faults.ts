import { type Fault, FaultError, fault } from '#shared/units/result.ts';

/** Rows named in one go; more than that is a wrong mapping, not a list to work through. */
const NAMED_AT_MOST = 50;

/** One row that cannot be used. */
export interface RowFault {
  /** Line of a CSV, number of a Parquet row; counted from 1, a CSV's head included. */
  readonly line: number;
  readonly field: string;
  readonly expected: string;
  readonly was: string;
}

/** Collects what is wrong with a file, so that it is all told at once and nothing of it is taken. */
export class RowFaults {
  readonly file: string;
  readonly #named: string[] = [];
  #count = 0;

  constructor(file: string) {
    this.file = file;
  }

  add({ line, field, expected, was }: RowFault): void {
    this.#count += 1;
    if (this.#named.length < NAMED_AT_MOST)
      this.#named.push(`${this.file}, line ${line}, ${field}: expected ${expected}, was ${was}`);
  }

  get fault(): Fault | null {
    if (this.#count === 0) return null;
    const more = this.#count - this.#named.length;
    const rest = more === 0 ? [] : [`${this.file}: and ${more} more`];
    return fault('damaged-file', [...this.#named, ...rest].join('\n'), { file: this.file, rows: this.#count });
  }

  /** Throws all of them in one FaultError, a line each; returns where there are none. */
  settle(): void {
    const found = this.fault;
    if (found !== null) throw new FaultError(found);
  }
}
