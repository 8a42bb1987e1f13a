import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { FaultError, fault } from '#shared/units/result.ts';
import type { SweepResult } from './sweep-work.ts';

/** Results of a sweep as they come, one JSON line each, on disk before the next one is taken. */
export interface SweepFile {
  /** By key of the job; those of an earlier attempt are there already. */
  readonly results: ReadonlyMap<string, SweepResult>;
  add(result: SweepResult): void;
  close(): void;
}

/** The whole lines of a file, and where they end: a line that was cut off by a crash does not count. */
function readLines(file: string): { readonly results: Map<string, SweepResult>; readonly bytes: number } {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const results = new Map<string, SweepResult>();
  for (const [at, line] of whole.split('\n').entries()) {
    if (line === '') continue;
    try {
      const result = JSON.parse(line) as SweepResult;
      results.set(result.key, result);
    } catch {
      throw new FaultError(fault('damaged-file', `${file}, line ${at + 1}: expected a result as JSON`, { file }));
    }
  }
  return { results, bytes: Buffer.byteLength(whole) };
}

/** Opens a sweep's results, to be gone on with where there are some. */
export function openSweepFile(file: string): SweepFile {
  const { results, bytes } = readLines(file);
  const descriptor = openSync(file, existsSync(file) ? 'r+' : 'w+', 0o600);
  ftruncateSync(descriptor, bytes);
  let end = bytes;
  return {
    results,
    add(result) {
      if (results.has(result.key)) return;
      end += writeSync(descriptor, Buffer.from(`${JSON.stringify(result)}\n`), 0, undefined, end);
      fsyncSync(descriptor);
      results.set(result.key, result);
    },
    close: () => closeSync(descriptor),
  };
}
