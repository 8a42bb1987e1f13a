import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scenarioSetFile } from '#shared/ipc/files.ts';
import type { ScenarioSet } from '#shared/risk/scenario-set.ts';
import { readInput, usageFault } from './command.ts';

/** The entry and its chunks lie two folders deep, built as from the sources. */
export const SETS = fileURLToPath(new URL('../../resources/scenarios', import.meta.url));

function names(): string[] {
  return readdirSync(SETS).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : []));
}

/** A set by its name, or a file as `keel schema scenario-set` describes it; "-" is standard input. */
export function readSet(text: string): ScenarioSet {
  const known = names();
  if (known.includes(text)) return readInput(scenarioSetFile, join(SETS, `${text}.json`));
  if (text === '-' || existsSync(text)) return readInput(scenarioSetFile, text);
  throw usageFault(`--set: expected a file or one of ${known.join(', ')}, was "${text}"`);
}
