/** Takes the next keys for itself, before any command does. */
export type KeyRecorder = (event: KeyboardEvent) => void;

let recorder: KeyRecorder | null = null;

/** Every key press goes to `take` and to nobody else, until the function that is answered is called. */
export function recordKeys(take: KeyRecorder): () => void {
  recorder = take;
  return () => {
    if (recorder === take) recorder = null;
  };
}

/** True when somebody records, and has taken the press. */
export function wasRecorded(event: KeyboardEvent): boolean {
  if (recorder === null) return false;
  event.preventDefault();
  event.stopPropagation();
  recorder(event);
  return true;
}
