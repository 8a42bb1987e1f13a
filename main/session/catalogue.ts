import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SessionChoice } from '#shared/ipc/contract.ts';
import { type EpochMs, isoSeconds } from '#shared/units/time.ts';
import { DEMO } from './session-venues.ts';

/** Where one session lives: a folder with the journal, the paper venue's own file, and a card for the start screen. */
export interface SessionPlace {
  readonly id: string;
  readonly file: string;
  readonly venueFile: string;
  readonly card: string;
}

const PATTERN = /^[a-z0-9-]{1,64}$/;

/** What the start screen shows. The journal is the truth; a card that is lost or damaged costs a line of text. */
const cardSchema = z.strictObject({
  profile: z.string().default(DEMO),
  tape: z.string(),
  startedAt: z.int(),
  marketTime: z.int().nullable(),
  fills: z.int(),
});
export type SessionCard = z.output<typeof cardSchema>;

export function placeOf(root: string, id: string): SessionPlace {
  if (!PATTERN.test(id)) throw new RangeError(`expected a session id of ${PATTERN}, was "${id}"`);
  const folder = join(root, id);
  return {
    id,
    file: join(folder, 'keel.db'),
    venueFile: join(folder, 'paper.db'),
    card: join(folder, 'session.json'),
  };
}

/** The profile that a session trades at. Throws where its card cannot be read. */
export function profileOf(place: SessionPlace): string {
  return cardSchema.parse(JSON.parse(readFileSync(place.card, 'utf8'))).profile;
}

/** A new place, named by tape or profile and time so that a listing sorts itself. */
export function newPlace(root: string, tape: string, now: EpochMs): SessionPlace {
  const stamp = isoSeconds(now).replace(/[^0-9]/g, '');
  const place = placeOf(root, `${tape}-${stamp}-${now % 1000}`);
  mkdirSync(join(root, place.id), { recursive: true });
  return place;
}

/** Takes a new place back in which no session came to begin. */
export function discardPlace(root: string, place: SessionPlace): void {
  rmSync(join(root, place.id), { recursive: true, force: true });
}

export function writeCard(place: SessionPlace, card: SessionCard): void {
  const draft = `${place.card}.new`;
  writeFileSync(draft, JSON.stringify(card));
  renameSync(draft, place.card);
}

/** Sessions on disk, newest first; what cannot be read is told to `onFault` and left alone. */
export function listSessions(root: string, onFault: (id: string, thrown: unknown) => void): readonly SessionChoice[] {
  mkdirSync(root, { recursive: true });
  const choices: SessionChoice[] = [];
  for (const id of readdirSync(root)) {
    try {
      const card = cardSchema.parse(JSON.parse(readFileSync(placeOf(root, id).card, 'utf8')));
      const { profile, ...rest } = card;
      choices.push({ id, title: profile === DEMO ? card.tape : profile, ...rest, live: profile !== DEMO });
    } catch (thrown) {
      onFault(id, thrown);
    }
  }
  return choices.sort((a, b) => b.startedAt - a.startedAt);
}
