import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Handlers } from '#main/ipc/router.ts';
import { exportFillsCsv, exportPositionsCsv } from '#main/session/export.ts';
import { heldOf } from '#main/session/measure.ts';
import type { Session } from '#main/session/session.ts';
import type { TapeControl } from '#main/venues/paper/adapter.ts';
import type { AppDescription } from '#shared/ipc/contract.ts';
import { bookToFile, marketToFile } from '#shared/ipc/files.ts';
import { keyConflicts } from '#shared/ipc/key-conflicts.ts';
import { KEYS_SETTING, keyMapText } from '#shared/ipc/key-map.ts';
import { readKeyMap } from '#shared/ipc/key-map-file.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type EpochMs, isoSeconds } from '#shared/units/time.ts';
import type { AlertDesk } from './alert-desk.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

type SessionMethods =
  | 'app.describe'
  | 'app.export'
  | 'session.list'
  | 'session.start'
  | 'session.connect'
  | 'session.resume'
  | 'tape.control'
  | 'stream.refresh'
  | 'chart.candles'
  | 'instruments.search'
  | 'settings.load'
  | 'settings.save';

/** Listed instruments whose name holds every word of the text; at most 50, options last. */
function search(session: Session, text: string) {
  const words = text.toUpperCase().split(/\s+/).filter(Boolean);
  return [...session.journal.book.instruments.values()]
    .filter((one) => words.every((word) => one.id.toUpperCase().includes(word)))
    .sort((a, b) => Number(a.kind === 'option') - Number(b.kind === 'option') || a.name.localeCompare(b.name))
    .slice(0, 50)
    .map(({ id, name, venue }) => ({ id, name, venue }));
}

/** The tape of a session on the paper venues; a fault where the venues have their own time. */
function tapeOf({ tape }: Session): TapeControl {
  if (tape !== null) return tape;
  throw new FaultError(fault('no-tape', 'no tape runs here: the venues have their own time'));
}

/** Writes what was asked for into the exports folder and says where. */
async function exported(session: Session, folder: string, what: 'positions' | 'fills' | 'state') {
  const stamp = isoSeconds(session.clock.now()).replace(/:/g, '');
  if (what === 'state') {
    const held = heldOf(session.journal.book);
    const file = join(folder, `book-${stamp}.json`);
    await writeFile(file, JSON.stringify(bookToFile(held), null, 2));
    await writeFile(join(folder, `market-${stamp}.json`), JSON.stringify(marketToFile(session.market()), null, 2));
    return { file, rows: [...held.positions].length };
  }
  const { text, rows } = what === 'fills' ? exportFillsCsv(session) : exportPositionsCsv(session);
  const file = join(folder, `${what}-${stamp}.csv`);
  await writeFile(file, text);
  return { file, rows };
}

/** The keys that are in force, as a file that the key editor of another desk takes. */
async function exportedKeys(kept: string | null, folder: string, now: EpochMs) {
  const map = kept === null ? {} : readKeyMap(kept, KEYS_SETTING);
  const file = join(folder, `keys-${isoSeconds(now).replace(/:/g, '')}.json`);
  await writeFile(file, keyMapText(map));
  return { file, rows: Object.keys(map).length };
}

/** Keys decide how the trader gets out of trouble: no window may save a map without a way out. */
function checkedKeys(text: string): void {
  const [first] = keyConflicts(readKeyMap(text, KEYS_SETTING));
  if (first === undefined) return;
  const { command, key, why } = first;
  throw new FaultError(fault('keys', `${KEYS_SETTING}: ${command} ${key ?? ''}: ${why}`, { command }));
}

/** What concerns the whole terminal: sessions, tape, exports, settings. */
export function sessionHandlers(
  terminal: Terminal,
  about: {
    readonly describe: () => AppDescription;
    readonly settings: Settings;
    readonly alerts: AlertDesk;
    readonly exports: string;
  },
): Pick<Handlers, SessionMethods> {
  return {
    'app.describe': () => about.describe(),
    'app.export': ({ what }) =>
      what === 'keys'
        ? exportedKeys(about.settings.load(KEYS_SETTING), about.exports, terminal.now())
        : exported(terminal.session(), about.exports, what),
    'session.list': () => terminal.list(),
    'session.start': async ({ tape, speed }) => ({ session: await terminal.start(tape, speed) }),
    'session.connect': async ({ profile }) => ({ session: await terminal.connect(profile) }),
    'session.resume': async ({ session }) => ({ session: await terminal.resume(session) }),
    'tape.control': ({ paused, speed }) => {
      const tape = tapeOf(terminal.session());
      if (speed !== undefined) tape.setSpeed(speed);
      if (paused === true) tape.pause();
      if (paused === false) tape.play();
      return tape.state;
    },
    'stream.refresh': () => {
      terminal.refresh();
      return null;
    },
    'chart.candles': ({ underlying, barMs, count }) => {
      if (barMs % 60_000 !== 0) {
        throw new FaultError(fault('candles', `barMs: expected whole minutes, was ${barMs}`));
      }
      return terminal.candles(underlying, barMs).slice(-count);
    },
    'instruments.search': ({ text }) => search(terminal.session(), text),
    'settings.load': ({ name }) => {
      const kept = about.settings.load(name);
      if (name === KEYS_SETTING && kept !== null) checkedKeys(kept);
      return kept;
    },
    'settings.save': async (wanted) => {
      if ('alerts' in wanted) return about.alerts.act(wanted.alerts, terminal);
      const { name, value } = wanted;
      if (name === KEYS_SETTING) checkedKeys(value);
      await about.settings.save(name, value);
      return null;
    },
  };
}
