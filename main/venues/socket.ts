import { WebSocket } from 'ws';
import { type Fault, fault } from '#shared/units/result.ts';

export interface SocketEvents {
  onOpen(): void;
  onText(text: string): void;
  /** Called once, whoever ended it, also when it never opened. */
  onClose(reason: Fault): void;
}

export interface Socket {
  send(text: string): void;
  /** Ends it at once; `onClose` follows. */
  close(): void;
}

export type OpenSocket = (url: string, events: SocketEvents) => Socket;

/** Letters that all sockets together hand on in one turn of the event loop: some milliseconds of reading. */
const TURN_LETTERS = 1_000_000;
/** One loop, one budget. */
const turn = { letters: 0, open: false };

/** Whether the turn has room for more after a text of so many letters; a new turn has all of it again. */
function roomAfter(letters: number): boolean {
  if (!turn.open) {
    [turn.open, turn.letters] = [true, 0];
    setImmediate(() => {
      turn.open = false;
    });
  }
  turn.letters += letters;
  return turn.letters < TURN_LETTERS;
}

/**
 * A WebSocket that takes text frames up to `frameBytes` and nothing else; a longer or binary one ends it. Frames are not
 * compressed, so that a small one cannot become a large one. Redirects are not followed. However much has piled up, the
 * event loop is given back between some of it and the rest: a socket that brings more than a turn has room for waits for
 * the next.
 */
export function webSockets(frameBytes: number, openMs: number): OpenSocket {
  return (url, events) => {
    const socket = new WebSocket(url, {
      maxPayload: frameBytes,
      perMessageDeflate: false,
      handshakeTimeout: openMs,
      followRedirects: false,
    });
    let why = 'closed by the venue';
    socket.on('open', () => events.onOpen());
    socket.on('message', (data, binary) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (binary) {
        why = 'a binary frame';
        socket.terminate();
        return;
      }
      const text = data.toString();
      events.onText(text);
      if (roomAfter(text.length) || socket.isPaused) return;
      socket.pause();
      setImmediate(() => socket.resume());
    });
    socket.on('error', (error) => {
      why = error.message;
    });
    socket.on('close', () => events.onClose(fault('connection-lost', `the connection was lost: ${why}`)));
    return {
      send: (text) => socket.send(text, () => undefined),
      close: () => {
        why = 'closed here';
        socket.terminate();
      },
    };
  };
}
