import { readFileSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { z } from 'zod';
import { readJson } from '#shared/units/reading.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';

/** Exit codes of cli.md: 0 done, 1 a failed check, 2 bad usage or input. */
export const DONE = 0;
export const FAILED = 1;
export const USAGE = 2;

export interface Output {
  /** Machine-readable, standard output. */
  readonly result: (text: string) => void;
  /** Everything else, standard error. */
  readonly say: (text: string) => void;
}

export interface Command {
  readonly usage: string;
  readonly about: string;
  run(args: readonly string[], output: Output): Promise<number>;
}

export function usageFault(message: string): FaultError {
  return new FaultError(fault('usage', message));
}

/** Options of a command by node's own parser; what it refuses becomes one clear line. */
export function options<T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], known: T) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true, strict: true });
  } catch (thrown) {
    throw usageFault(thrown instanceof Error ? thrown.message.replace(/\. To specify .*$/s, '') : String(thrown));
  }
}

export function required(value: string | undefined, name: string): string {
  if (value === undefined) throw usageFault(`${name} is missing`);
  return value;
}

/** A JSON file (or "-", standard input) as its schema describes it; the fault names file, line and field. */
export function readInput<T>(schema: z.ZodType<T>, file: string): T {
  const name = file === '-' ? 'standard input' : file;
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (thrown) {
    throw usageFault(`${name} cannot be read: ${toFault(thrown).message}`);
  }
  return readJson(schema, text, name);
}

/** A number option within its range, both ends included. */
export function within(text: string, name: string, low: number, high: number, whole = true): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
  throw usageFault(`${name}: expected a ${whole ? 'whole ' : ''}number from ${low} to ${high}, was "${text}"`);
}

/** "−0.5:0.5:41" as from, to, count. */
export function axis(text: string, name: string): { from: number; to: number; count: number } {
  const parts = text.split(':').map(Number);
  const [from, to, count] = parts;
  const sound =
    parts.length === 3 &&
    parts.every(Number.isFinite) &&
    Number.isInteger(count) &&
    (count ?? 0) >= 1 &&
    (count ?? 0) <= 1001;
  if (!sound || from === undefined || to === undefined || count === undefined || to < from) {
    throw usageFault(`${name}: expected FROM:TO:COUNT such as -0.5:0.5:41, was "${text}"`);
  }
  return { from, to, count };
}

/** JSON with typed arrays as arrays and what is not a number as null. */
export function toJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, inner: unknown) =>
      ArrayBuffer.isView(inner) && inner instanceof Float64Array
        ? [...inner]
        : inner instanceof Uint32Array
          ? [...inner]
          : inner,
    2,
  );
}
