import { useEffect, useState } from 'react';
import { type Terminal, useTerminal } from './terminal.ts';

/** Headline figures are read, not watched: four changes a second are enough. */
const READ_MS = 250;

/** A selection of the terminal's state that re-renders at most every `everyMs`, with the latest value. */
export function useTerminalAt<T>(select: (terminal: Terminal) => T, everyMs = READ_MS): T {
  const [value, setValue] = useState(() => select(useTerminal.getState()));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the selector is the same function in every render
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = (): void => {
      timer = undefined;
      setValue(() => select(useTerminal.getState()));
    };
    take();
    const stop = useTerminal.subscribe(() => {
      timer ??= setTimeout(take, everyMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [everyMs]);
  return value;
}
