import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadText } from '#main/venues/paper/reading.ts';
import { type PaperResources, readPaperResources, readTapes } from '#main/venues/paper/resources.ts';
import type { TapeEntry } from '#main/venues/paper/tape.ts';

function inFolder(folder: string): ReadText {
  return (name) => readFileSync(join(folder, name), 'utf8');
}

/** The tapes a resources folder announces. Throws FaultError naming file, line and field when the list is damaged. */
export function listTapes(folder: string): readonly TapeEntry[] {
  return readTapes(inFolder(folder));
}

/** Reads and checks the resources of a paper market from a folder. See {@link readPaperResources} for what it throws. */
export function loadPaperResources(folder: string, tapeId: string): PaperResources {
  return readPaperResources(inFolder(folder), tapeId);
}
