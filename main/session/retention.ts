import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf, compact, dropRecording, roomOf } from '#main/store/holdings.ts';
import type { RetentionStep, Stored } from '#shared/domain/retention.ts';
import { type Fault, toFault } from '#shared/units/result.ts';

/** Sessions below a folder as far as room goes. One that cannot be read counts with its bytes and is left alone. */
export function storedSessions(root: string): readonly Stored[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true }).flatMap((one) => {
    const file = join(root, one.name, 'keel.db');
    return one.isDirectory() && existsSync(file) ? [storedIn(file)] : [];
  });
}

function storedIn(file: string): Stored {
  const known = { file, bytes: bytesOf(file), openedAt: Math.floor(statSync(file).mtimeMs) };
  try {
    const { recording, free } = roomOf(file);
    return { ...known, recordingBytes: recording, freeBytes: free, isOpen: false };
  } catch {
    // Open elsewhere, older or damaged: whatever it is, it is not ours to cut.
    return { ...known, recordingBytes: 0, freeBytes: 0, isOpen: true };
  }
}

export interface StepDone {
  readonly step: RetentionStep;
  readonly savedBytes: number;
  readonly fault: Fault | null;
}

/** Carries out a plan file by file; what cannot be done is said, and the others go on. */
export function* carryOut(steps: readonly RetentionStep[]): Generator<StepDone> {
  for (const step of steps) {
    try {
      const { atime, mtime } = statSync(step.file);
      const savedBytes = step.act === 'compact' ? compact(step.file) : dropRecording(step.file);
      // Its age is that of the session, not of this.
      utimesSync(step.file, atime, mtime);
      yield { step, savedBytes, fault: null };
    } catch (thrown) {
      yield { step, savedBytes: 0, fault: toFault(thrown) };
    }
  }
}
