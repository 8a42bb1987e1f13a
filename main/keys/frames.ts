import { FaultError, fault } from '#shared/units/result.ts';

/** One message between the signer and the program around it: words as JSON, and bytes that are never made into a string. */
export interface Frame {
  readonly words: unknown;
  readonly secret: Uint8Array;
}

/** A channel of frames, whatever carries it. */
export interface FrameChannel {
  send(frame: Uint8Array): void;
  onFrame(take: (frame: Uint8Array) => void): void;
}

const LENGTH_BYTES = 4;
/** A keystore file is about 600 bytes, a list of keys some thousands. */
const FRAME_MOST = 1_000_000;

/** Length of the words, the words, then the secret's bytes. Copies `secret`: both are the caller's to wipe. */
export function packFrame(words: unknown, secret: Uint8Array = new Uint8Array()): Uint8Array {
  const text = Buffer.from(JSON.stringify(words));
  const frame = Buffer.alloc(LENGTH_BYTES + text.length + secret.length);
  frame.writeUInt32LE(text.length);
  frame.set(text, LENGTH_BYTES);
  frame.set(secret, LENGTH_BYTES + text.length);
  return frame;
}

/** The frame's two parts; the secret is a view of `bytes`. Throws `bad-frame`. */
export function unpackFrame(bytes: Uint8Array): Frame {
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = frame.length < LENGTH_BYTES ? -1 : frame.readUInt32LE();
  if (length < 0 || length > frame.length - LENGTH_BYTES) throw badFrame(`words of ${length} bytes`);
  const text = frame.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + length);
  try {
    return { words: JSON.parse(text) as unknown, secret: frame.subarray(LENGTH_BYTES + length) };
  } catch {
    throw badFrame('words that are not JSON');
  }
}

function badFrame(was: string): FaultError {
  return new FaultError(fault('bad-frame', `expected a message of the signer's port, was ${was}`));
}

/** Puts a frame's length in front of it: for a pipe, which keeps no borders. */
export function onPipe(frame: Uint8Array): Uint8Array {
  const piped = Buffer.alloc(LENGTH_BYTES + frame.length);
  piped.writeUInt32LE(frame.length);
  piped.set(frame, LENGTH_BYTES);
  return piped;
}

/** Cuts what comes out of a pipe into frames again, wiping what it took in. Throws `bad-frame` for one that is too large. */
export function createFrameCutter(take: (frame: Uint8Array) => void): (chunk: Uint8Array) => void {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const joined = Buffer.concat([held, chunk]);
    held.fill(0);
    chunk.fill(0);
    let at = 0;
    while (joined.length - at >= LENGTH_BYTES) {
      const length = joined.readUInt32LE(at);
      if (length > FRAME_MOST) throw badFrame(`one of ${length} bytes`);
      if (joined.length - at - LENGTH_BYTES < length) break;
      at += LENGTH_BYTES + length;
      take(Buffer.from(joined.subarray(at - length, at)));
    }
    held = Buffer.from(joined.subarray(at));
    joined.fill(0);
  };
}
