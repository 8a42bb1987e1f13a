import type { Gesture } from '#shared/ipc/schemas.ts';

export type { Gesture };

/** Epoch ms of a DOM event. */
function epochOf(timeStamp: number): number {
  return Math.round(Date.now() - (performance.now() - timeStamp));
}

export function keyGesture(event: KeyboardEvent, chord: string, heldMs = 0): Gesture {
  return {
    by: 'key',
    with: chord,
    pressedAt: epochOf(event.timeStamp),
    repeat: event.repeat,
    trusted: event.isTrusted,
    composing: event.isComposing,
    heldMs,
  };
}

type DomPress = Pick<Event, 'timeStamp' | 'isTrusted'>;

/** A click on `control`. React's synthetic events are accepted: their native event is what counts. */
export function pointerGesture(
  event: DomPress & { readonly nativeEvent?: Event },
  control: string,
  heldMs = 0,
): Gesture {
  const native = event.nativeEvent ?? event;
  return {
    by: 'pointer',
    with: control.slice(0, 64),
    pressedAt: epochOf(native.timeStamp),
    repeat: false,
    trusted: native.isTrusted,
    composing: false,
    heldMs,
  };
}

/** A command chosen from the palette or confirmed in a dialog, now. */
export function paletteGesture(control: string, trusted = true): Gesture {
  return {
    by: 'palette',
    with: control.slice(0, 64),
    pressedAt: Date.now(),
    repeat: false,
    trusted,
    composing: false,
    heldMs: 0,
  };
}
