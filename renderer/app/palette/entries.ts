import uFuzzy from '@leeoniya/ufuzzy';
import { canRun, hasOwnHandler } from '#renderer/state/commands/registry.ts';
import { COMMANDS, type CommandEntry } from '#shared/ipc/commands.ts';

/** More rows than can be read only cost time. */
export const MOST_ROWS = 50;

export interface FoundInstrument {
  readonly id: string;
  readonly name: string;
  readonly venue: string;
}

export type PaletteEntry =
  | { readonly kind: 'command'; readonly key: string; readonly text: string; readonly command: CommandEntry }
  | { readonly kind: 'instrument'; readonly key: string; readonly text: string; readonly instrument: FoundInstrument };

const search = new uFuzzy({ intraMode: 1, interIns: 8 });

/** Commands chosen in this window, latest first: they head the empty palette. */
const recent: string[] = [];

export function noteUse(id: string): void {
  const at = recent.indexOf(id);
  if (at >= 0) recent.splice(at, 1);
  recent.unshift(id);
}

function useRank(id: string): number {
  const at = recent.indexOf(id);
  return at < 0 ? recent.length : at;
}

/** Commands of the panel itself: those of its scope, and the general ones it serves in its own way. */
function isOwn(command: CommandEntry, panel: string | null): boolean {
  return command.scope !== 'global' || hasOwnHandler(command.id, panel);
}

/** Commands that somebody would do with the focus in `panel`, in their order or as the search ranks them. */
export function findCommands(query: string, panel: string | null, contextual: boolean): readonly PaletteEntry[] {
  const possible = COMMANDS.filter(
    (command) => command.id !== 'palette.open' && canRun(command.id, panel) && (!contextual || isOwn(command, panel)),
  );
  const text = query.trim();
  if (text === '') {
    return [...possible]
      .sort((a, b) => useRank(a.id) - useRank(b.id))
      .slice(0, MOST_ROWS)
      .map(asEntry);
  }
  const haystack = possible.map((command) => `${command.title} ${command.group} ${command.id.replace('.', ' ')}`);
  const [found, details, order] = search.search(haystack, text, 5);
  const ranked = order && details ? order.map((at) => details.idx[at] ?? -1) : (found ?? []);
  return ranked.flatMap((at) => {
    const command = possible[at];
    return command === undefined ? [] : [asEntry(command)];
  });
}

function asEntry(command: CommandEntry): PaletteEntry {
  return { kind: 'command', key: command.id, text: command.title, command };
}

export function instrumentEntry(instrument: FoundInstrument): PaletteEntry {
  return { kind: 'instrument', key: instrument.id, text: instrument.name, instrument };
}
