import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createReader } from '#main/store/reader.ts';
import type { SessionChoice } from '#shared/ipc/contract.ts';
import { type EpochMs, isoSeconds } from '#shared/units/time.ts';

/** Where one session lives: a folder with the journal and the paper venue's own file. */
export interface SessionPlace {
  readonly id: string;
  readonly file: string;
  readonly venueFile: string;
}

const PATTERN = /^[a-z0-9-]{1,64}$/;

export function placeOf(root: string, id: string): SessionPlace {
  if (!PATTERN.test(id)) throw new RangeError(`session ids are of ${PATTERN}`);
  const folder = join(root, id);
  return { id, file: join(folder, 'keel.db'), venueFile: join(folder, 'paper.db') };
}

/** A new place, named by tape and time so that a listing sorts itself. */
export function newPlace(root: string, tape: string, now: EpochMs): SessionPlace {
  const stamp = isoSeconds(now).replace(/[:TZ]/g, '-').replace(/-$/, '').toLowerCase();
  const place = placeOf(root, `${tape}-${stamp}`);
  mkdirSync(join(root, place.id), { recursive: true });
  return place;
}

function describe(place: SessionPlace): SessionChoice | null {
  const reader = createReader(place.file);
  try {
    const head = reader.head();
    if (head === null) return null;
    return {
      id: place.id,
      tape: head.tape,
      title: head.tape,
      startedAt: head.startedAt,
      marketTime: reader.marketTime(),
      fills: reader.fillCount(),
    };
  } finally {
    reader.close();
  }
}

/** Sessions on disk, newest first; what cannot be read is told to `onFault` and left alone. */
export function listSessions(root: string, onFault: (id: string, thrown: unknown) => void): readonly SessionChoice[] {
  mkdirSync(root, { recursive: true });
  const choices: SessionChoice[] = [];
  for (const id of readdirSync(root)) {
    const place = placeOf(root, id);
    try {
      if (!statSync(place.file, { throwIfNoEntry: false })) continue;
      const choice = describe(place);
      if (choice) choices.push(choice);
    } catch (thrown) {
      onFault(id, thrown);
    }
  }
  return choices.sort((a, b) => b.startedAt - a.startedAt);
}
