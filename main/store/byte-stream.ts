/** Most bytes a whole number takes. */
const WIDEST = 8;

/** Bytes to be written, as many as come. */
export class ByteSink {
  #bytes = Buffer.alloc(1 << 15);
  #length = 0;

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.alloc(2 * (this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(values: Uint8Array): void {
    this.#room(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** A whole number below 2^52 either way: sign folded into the lowest bit, seven bits a byte. */
  integer(value: number): void {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    this.#room(WIDEST);
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Reads what a {@link ByteSink} holds. Throws RangeError at the end of it. */
export class ByteSource {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, from: number) {
    this.#bytes = bytes;
    this.#at = from;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new RangeError('the end is missing');
    return value;
  }

  bytes(count: number): Buffer {
    const values = this.#bytes.subarray(this.#at, this.#at + count);
    if (values.length < count) throw new RangeError('the end is missing');
    this.#at += count;
    return values;
  }

  integer(): number {
    let [folded, weight, next] = [0, 1, this.byte()];
    for (; next >= 128; next = this.byte()) {
      folded += (next - 128) * weight;
      weight *= 128;
    }
    folded += next * weight;
    return folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }
}
