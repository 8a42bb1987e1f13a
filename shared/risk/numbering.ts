/** Numbers each new value in order of first sight. */
export class Numbering<T> {
  readonly values: T[] = [];
  readonly #index = new Map<T, number>();

  of(value: T): number {
    const known = this.#index.get(value);
    if (known !== undefined) return known;
    this.values.push(value);
    this.#index.set(value, this.values.length - 1);
    return this.values.length - 1;
  }
}
