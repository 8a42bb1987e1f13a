import type { Frame, Sequenced } from '#shared/ipc/frames.ts';
import { PositionsPacker } from '#shared/ipc/positions-codec.ts';

/** What the publisher needs of a port: Electron's MessagePortMain has it. */
export interface FramePort {
  postMessage(message: Sequenced): void;
  close(): void;
}

interface Attached {
  seq: number;
  readonly positions: PositionsPacker;
}

/** Latest-wins kinds are conflated; the others are queued in order and never dropped. */
const CONFLATED: ReadonlySet<Frame['kind']> = new Set(['positions', 'risk', 'status', 'candle', 'directory']);

/**
 * Sends frames to every attached window, at most once a flush: of conflated kinds only the newest, of the others all.
 * A directory always leaves before the positions that refer to it.
 */
export class Publisher {
  readonly #ports = new Map<FramePort, Attached>();
  readonly #latest = new Map<Frame['kind'], Frame>();
  #queue: Frame[] = [];

  attach(port: FramePort): void {
    this.#ports.set(port, { seq: 0, positions: new PositionsPacker() });
  }

  detach(port: FramePort): void {
    this.#ports.delete(port);
  }

  get attached(): number {
    return this.#ports.size;
  }

  /** Windows get the next positions whole: one of them has lost something. */
  restart(): void {
    for (const { positions } of this.#ports.values()) positions.restart();
  }

  publish(frame: Frame): void {
    if (CONFLATED.has(frame.kind)) this.#latest.set(frame.kind, frame);
    else this.#queue.push(frame);
  }

  /** Sends what has gathered. Called once a frame by the app. */
  flush(): void {
    if (this.#latest.size === 0 && this.#queue.length === 0) return;
    const { directory, ...rest } = Object.fromEntries(this.#latest) as Partial<Record<Frame['kind'], Frame>>;
    const frames = [...(directory ? [directory] : []), ...this.#queue, ...Object.values(rest)];
    this.#latest.clear();
    this.#queue = [];
    for (const [port, state] of this.#ports) {
      for (const frame of frames) {
        state.seq += 1;
        port.postMessage({
          seq: state.seq,
          frame: frame.kind === 'positions' ? state.positions.pack(frame) : frame,
        });
      }
    }
  }
}
