import { useMemo, useState } from 'react';
import { useKeyMap } from '#renderer/state/commands/key-map.ts';
import type { CommandEntry } from '#shared/ipc/commands.ts';
import { type KeyConflict, keyConflicts } from '#shared/ipc/key-conflicts.ts';
import { type KeyMap, keyMapText, keysIn, withKeys } from '#shared/ipc/key-map.ts';

export interface KeyDraft {
  readonly map: KeyMap;
  readonly isOther: boolean;
  readonly conflicts: readonly KeyConflict[];
  /** Null where there is nothing to take back. */
  readonly undo: (() => void) | null;
  set(map: KeyMap): void;
  /** The first key of a command is another one from now on; what else it has stays. */
  rebind(entry: CommandEntry, text: string): void;
}

/** Keys as they are being changed: nothing of it is in force before it is saved. */
export function useKeyDraft(): KeyDraft {
  const saved = useKeyMap((keys) => keys.map);
  const [steps, setSteps] = useState<readonly KeyMap[]>([]);
  const map = steps.at(-1) ?? saved;
  const conflicts = useMemo(() => keyConflicts(map), [map]);
  const set = (next: KeyMap): void => setSteps([...steps, next]);
  return {
    map,
    conflicts,
    set,
    isOther: keyMapText(map) !== keyMapText(saved),
    undo: steps.length === 0 ? null : () => setSteps(steps.slice(0, -1)),
    rebind(entry, text) {
      const others = keysIn(map, entry).slice(1);
      set(withKeys(map, entry, [text, ...others.filter((one) => one !== text)]));
    },
  };
}
