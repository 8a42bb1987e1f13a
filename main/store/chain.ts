import { createHash } from 'node:crypto';

/** One journal row as it is chained. `payload` is the event's JSON, byte for byte as stored. */
export interface JournalLine {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly payload: string;
}

/** A line as the table holds it: with the hash it is chained to, and its own. */
export interface ChainedLine extends JournalLine {
  readonly previous: Buffer;
  readonly hash: Buffer;
}

/** What the first entry is chained to. */
export const GENESIS: Buffer = Buffer.alloc(32);

/**
 * SHA-256 over the previous hash and the line. Line feeds divide the fields; neither the numbers nor the type can hold
 * one and the payload comes last, so two different lines never have the same bytes.
 */
export function chainHash(line: JournalLine, previous: Buffer): Buffer {
  return createHash('sha256')
    .update(previous)
    .update(`${line.seq}\n${line.at}\n${line.type}\n${line.payload}`)
    .digest();
}

/** Why `line` cannot follow an entry `seq` that ended with `hash`, or null when it does. */
export function breakOf(line: ChainedLine, after: { readonly seq: number; readonly hash: Buffer }): string | null {
  if (line.seq !== after.seq + 1) return `expected entry ${after.seq + 1}, was ${line.seq}`;
  if (!line.previous.equals(after.hash)) return 'it is not chained to the entry before it';
  return chainHash(line, line.previous).equals(line.hash) ? null : 'its content does not match its hash';
}
