import type { OpenSocket } from '#main/venues/socket.ts';
import { fault } from '#shared/units/result.ts';

/** The venue's end of one WebSocket. */
export interface VenueSocket {
  /** What was asked for, as "/ws/v5/private". */
  readonly path: string;
  /** Nothing happens once it has ended. */
  send(text: string): void;
  /** Everything that is sent within leaves at once. */
  together(send: () => void): void;
  /** Bytes that wait for the client. */
  readonly waiting: number;
  /** Ends it without a word. */
  end(): void;
  onText(on: (text: string) => void): void;
  /** Called once, whoever ended it. */
  onEnd(on: () => void): void;
}

/** Whoever takes new sockets; false: they are turned away. */
export type TakeSocket = (path: string, make: (then: (socket: VenueSocket) => void) => void) => boolean;

/**
 * Sockets within one process: nothing is copied and no port is needed. Each text and each end arrives in a microtask of its
 * own, in the order of sending, so what takes a network several turns of the event loop takes none.
 */
export function sockets(take: TakeSocket): OpenSocket {
  return (url, events) => {
    const texts: ((text: string) => void)[] = [];
    const ends: (() => void)[] = [];
    let over = false;
    const close = (why: string): void => {
      if (over) return;
      over = true;
      queueMicrotask(() => events.onClose(fault('connection-lost', `the connection was lost: ${why}`)));
      queueMicrotask(() => {
        for (const on of ends) on();
      });
    };
    const { pathname: path } = new URL(url);
    const socket: VenueSocket = {
      path,
      send: (text) => {
        if (!over) queueMicrotask(() => events.onText(text));
      },
      together: (send) => send(),
      waiting: 0,
      end: () => close('ended by the venue'),
      onText: (on) => void texts.push(on),
      onEnd: (on) => void ends.push(on),
    };
    queueMicrotask(() => {
      // What the venue says at once comes after the opening.
      queueMicrotask(() => {
        if (!over) events.onOpen();
      });
      if (!take(path, (then) => then(socket))) close('turned away with 503');
    });
    return {
      send: (text) => {
        if (over) return;
        queueMicrotask(() => {
          for (const on of texts) on(text);
        });
      },
      close: () => close('closed here'),
    };
  };
}
