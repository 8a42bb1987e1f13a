import { create } from 'zustand';
import { call } from '#renderer/state/bridge.ts';
import { showFault } from '#renderer/ui/toasts.ts';
import { commandById } from '#shared/ipc/commands.ts';
import { KEYS_SETTING, type KeyMap, keyMapText, keysIn } from '#shared/ipc/key-map.ts';
import type { Fault } from '#shared/units/result.ts';

/** The keys in force: what the listener, the palette, the key help and every button read. */
export const useKeyMap = create<{ readonly map: KeyMap }>(() => ({ map: {} }));

const NONE: readonly string[] = [];

function keysOfCommand(map: KeyMap, id: string): readonly string[] {
  const entry = commandById(id);
  return entry === undefined ? NONE : keysIn(map, entry);
}

/** The keys of a command, also when they change. */
export function useKeys(id: string): readonly string[] {
  return useKeyMap(({ map }) => keysOfCommand(map, id));
}

/** The key that is shown for a command now, or null. */
export function keyOf(id: string): string | null {
  return keysOfCommand(useKeyMap.getState().map, id)[0] ?? null;
}

/** Takes over the saved keys, which main has read. Ones that cannot be meant are told, and Keel's own stay. */
export async function startKeys(): Promise<void> {
  const answer = await call('settings.load', { name: KEYS_SETTING });
  if (!answer.ok) showFault('Keel’s own keys are in force', answer.error);
  else if (answer.value !== null) {
    const { keys } = JSON.parse(answer.value) as { readonly keys: KeyMap };
    useKeyMap.setState({ map: keys });
  }
}

/** Keeps a map and puts it in force at once; the fault where main does not take it. */
export async function saveKeys(map: KeyMap): Promise<Fault | null> {
  const answer = await call('settings.save', { name: KEYS_SETTING, value: keyMapText(map) });
  if (!answer.ok) return answer.error;
  useKeyMap.setState({ map });
  return null;
}
