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

/**
 * A WebSocket that takes text frames up to `frameBytes` and nothing else; a longer or binary one ends it. Frames are not
 * compressed, so that a small one cannot become a large one. Redirects are not followed.
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
      events.onText(data.toString());
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
