import { useEffect, useRef } from 'react';
import type { Gesture } from './gesture.ts';

/** Does what the command says. */
export type CommandHandler = (gesture: Gesture) => void;

interface Registration {
  readonly handler: CommandHandler;
  /** Set: serves the command only while that panel has focus. */
  readonly panel: string | null;
}

const registrations = new Map<string, Registration[]>();

/**
 * Registers who does a command; answers the function that takes it back. With `panel` the handler is asked first while
 * that panel has focus; without, it serves whenever no panel's own handler does. The latest registration wins.
 */
export function registerCommand(id: string, handler: CommandHandler, panel: string | null = null): () => void {
  const registration: Registration = { handler, panel };
  registrations.set(id, [...(registrations.get(id) ?? []), registration]);
  return () => {
    const rest = (registrations.get(id) ?? []).filter((one) => one !== registration);
    if (rest.length === 0) registrations.delete(id);
    else registrations.set(id, rest);
  };
}

/** {@link registerCommand} for the life of a component; always calls the latest handler. */
export function useCommand(id: string, handler: CommandHandler, panel: string | null = null): void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => registerCommand(id, (gesture) => latest.current(gesture), panel), [id, panel]);
}

function handlerFor(id: string, panel: string | null): CommandHandler | null {
  const all = registrations.get(id) ?? [];
  const own = panel === null ? undefined : all.findLast((one) => one.panel === panel);
  const general = all.findLast((one) => one.panel === null);
  return (own ?? general)?.handler ?? null;
}

/** True when somebody would do the command with the focus in `panel`. */
export function canRun(id: string, panel: string | null): boolean {
  return handlerFor(id, panel) !== null;
}

/** True when `panel` does the command in its own way. */
export function hasOwnHandler(id: string, panel: string | null): boolean {
  return panel !== null && (registrations.get(id) ?? []).some((one) => one.panel === panel);
}

/** Runs a command on behalf of a key, a button or the palette. False when nobody does it here. */
export function runCommand(id: string, gesture: Gesture, panel: string | null = null): boolean {
  const handler = handlerFor(id, panel);
  handler?.(gesture);
  return handler !== null;
}
