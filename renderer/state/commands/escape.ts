/** Closes something; true when there was something to close. */
export type EscapeHandler = () => boolean;

const handlers: EscapeHandler[] = [];

/** Adds what a lone Escape closes; the latest is asked first. Answers the function that takes it back. */
export function onEscape(handler: EscapeHandler): () => void {
  handlers.push(handler);
  return () => {
    const at = handlers.indexOf(handler);
    if (at >= 0) handlers.splice(at, 1);
  };
}

/** Closes the topmost thing that Escape closes. */
export function runEscape(): boolean {
  for (let at = handlers.length - 1; at >= 0; at -= 1) {
    if (handlers[at]?.()) return true;
  }
  return false;
}
