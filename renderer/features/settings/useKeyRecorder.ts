import { useCallback, useEffect, useRef, useState } from 'react';
import { recordKeys } from '#renderer/state/commands/recorder.ts';
import { chordOf, chordText, isBareCharacter } from '#shared/ipc/chord.ts';

/** Pause after a plain character in which a second one makes it a sequence. */
const SECOND_KEY_MS = 900;
/** Recording ends by itself: no key may be deaf for long, the kill switch least of all. */
const GIVE_UP_MS = 5_000;

const IS_MAC = /mac/i.test(navigator.platform);

export interface Recording {
  /** Command that waits for its key. */
  readonly command: string;
  /** The first of two keys, or null. */
  readonly first: string | null;
}

/** What a press adds to what is recorded: null for nothing, a text that is whole or waits for a second key. */
function hear(event: KeyboardEvent, first: string | null): { text: string | null; whole: boolean } | null {
  if (event.repeat) return null;
  if (event.key === 'Escape') return { text: null, whole: true };
  const chord = chordOf(event, IS_MAC);
  if (chord === null) return null;
  const text = chordText(chord);
  if (first !== null) return { text: `${first} ${text}`, whole: true };
  return { text, whole: !isBareCharacter(chord) };
}

/** Takes the next key, or the next two plain characters, for a command. Escape leaves everything as it is. */
export function useKeyRecorder(onKeys: (command: string, text: string) => void): {
  readonly recording: Recording | null;
  readonly record: (command: string) => void;
} {
  const [recording, setRecording] = useState<Recording | null>(null);
  const stop = useRef<() => void>(() => undefined);
  const taken = useRef(onKeys);
  useEffect(() => {
    taken.current = onKeys;
  });
  const record = useCallback((command: string): void => {
    stop.current();
    let first: string | null = null;
    let timer = setTimeout(() => end(), GIVE_UP_MS);
    const release = recordKeys((event) => take(event));
    function end(text: string | null = null): void {
      clearTimeout(timer);
      release();
      setRecording(null);
      if (text !== null) taken.current(command, text);
    }
    function take(event: KeyboardEvent): void {
      const heard = hear(event, first);
      if (heard === null) return;
      if (heard.whole) {
        end(heard.text);
        return;
      }
      first = heard.text;
      clearTimeout(timer);
      timer = setTimeout(() => end(first), SECOND_KEY_MS);
      setRecording({ command, first });
    }
    stop.current = end;
    setRecording({ command, first: null });
  }, []);
  useEffect(() => () => stop.current(), []);
  return { recording, record };
}
