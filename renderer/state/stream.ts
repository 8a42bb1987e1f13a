import type { Fill } from '#shared/domain/fill.ts';
import { isTerminal, type Order } from '#shared/domain/order.ts';
import type {
  FillsFrame,
  LogFrame,
  LogLine,
  OrdersFrame,
  PackedPositions,
  PortFrame,
  Sequenced,
} from '#shared/ipc/frames.ts';
import { STREAM_MESSAGE } from '#shared/ipc/methods.ts';
import { PositionsUnpacker } from '#shared/ipc/positions-codec.ts';
import type { EpochMs } from '#shared/units/time.ts';
import { call } from './bridge.ts';
import { paletteGesture } from './commands/gesture.ts';
import { runCommand } from './commands/registry.ts';
import { alignClock } from './engine-clock.ts';
import { NO_ROWS, type Terminal, useTerminal } from './terminal.ts';
import { together } from './together.ts';
import { followBook } from './workbench.ts';

/** The window keeps the latest; the journal keeps everything. */
export const MOST_ORDERS = 2_000;
const MOST_FILLS = 5_000;
export const MOST_LINES = 2_000;

/** Orders by id with `frame` taken in; when there are too many, the oldest finished ones are let go. */
export function mergeOrders(before: ReadonlyMap<string, Order>, frame: OrdersFrame): ReadonlyMap<string, Order> {
  const orders = new Map(frame.whole ? [] : before);
  for (const order of frame.orders) orders.set(order.id, order);
  for (const [id, order] of orders) {
    if (orders.size <= MOST_ORDERS) break;
    if (isTerminal(order.state)) orders.delete(id);
  }
  return orders;
}

/** Fills with `frame` in front, newest first, each once. */
export function mergeFills(before: readonly Fill[], frame: FillsFrame): readonly Fill[] {
  if (frame.whole) return frame.fills.slice(0, MOST_FILLS);
  const keyOf = (fill: Fill): string => `${fill.venue}|${fill.account}|${fill.trade}`;
  const fresh = new Set(frame.fills.map(keyOf));
  return [...frame.fills, ...before.filter((fill) => !fresh.has(keyOf(fill)))].slice(0, MOST_FILLS);
}

/** Log lines, oldest first. */
export function mergeLines(before: readonly LogLine[], frame: LogFrame): readonly LogLine[] {
  return (frame.whole ? frame.lines : [...before, ...frame.lines]).slice(-MOST_LINES);
}

/** The projection after one frame: what changes of it. Positions come packed and are taken by {@link receive}. */
export function project(before: Terminal, frame: Exclude<PortFrame, PackedPositions>): Partial<Terminal> {
  switch (frame.kind) {
    case 'directory':
      return { directory: frame };
    case 'risk':
      return { risk: frame };
    case 'orders':
      return { orders: mergeOrders(before.orders, frame) };
    case 'fills':
      return { fills: mergeFills(before.fills, frame) };
    case 'log':
      return { log: mergeLines(before.log, frame) };
    case 'status':
      return statusChange(before, frame);
    case 'candle':
      return { candle: frame };
    case 'fault':
      return { fault: frame.fault };
    case 'show':
      return {};
  }
}

/** Another session brings another book: nothing of the old one may stay on screen. */
function statusChange(before: Terminal, frame: Terminal['status'] & object): Partial<Terminal> {
  if (before.status === null || before.status.session === frame.session) return { status: frame };
  return {
    status: frame,
    directory: { kind: 'directory', directory: 0, rows: NO_ROWS },
    positions: null,
    risk: null,
    orders: new Map(),
    fills: [],
    log: [],
    candle: null,
  };
}

let lastSeq = 0;
let askedAgain = false;
let unpacker = new PositionsUnpacker();

/** Asks for everything once; frames go on being taken meanwhile. */
async function refresh(): Promise<void> {
  if (askedAgain) return;
  askedAgain = true;
  const answer = await call('stream.refresh', {});
  askedAgain = false;
  if (!answer.ok) useTerminal.setState({ fault: answer.error });
}

/** Figures of all rows; false when they rest on figures that were lost. */
function receivePositions(frame: PackedPositions): boolean {
  const values = unpacker.unpack(frame);
  if (values === null) return false;
  const { directory, rows } = frame;
  useTerminal.setState({ connected: true, positions: { directory, rows, values } });
  return true;
}

/**
 * Takes one message of the port, which came at `at` of the page's clock. A gap in `seq` means something was lost:
 * everything is asked for again.
 */
export function receive({ seq, frame }: Sequenced, at: EpochMs = Date.now()): void {
  let lost = lastSeq !== 0 && seq !== lastSeq + 1;
  lastSeq = seq;
  if (frame.kind === 'positions') {
    lost = !receivePositions(frame) || lost;
  } else {
    if (frame.kind === 'status') alignClock(frame.now, at);
    if (frame.kind === 'risk') followBook(frame.exposures);
    if (frame.kind === 'show') runCommand(frame.command, paletteGesture('tray'));
    useTerminal.setState((before) => ({ connected: true, ...project(before, frame) }));
  }
  if (lost) void refresh();
}

function isStreamMessage(event: MessageEvent): boolean {
  return event.source === window && event.origin === window.origin && event.data === STREAM_MESSAGE;
}

/** Waits for the stream's port, which the preload posts into the page. Answers the function that lets go of it. */
export function connectStream(target: Window): () => void {
  let port: MessagePort | null = null;
  const arrivals = together<readonly [Sequenced, EpochMs]>((all) => {
    for (const [message, at] of all) receive(message, at);
  });
  const take = (event: MessageEvent): void => {
    if (!isStreamMessage(event) || event.ports[0] === undefined) return;
    port?.close();
    port = event.ports[0];
    lastSeq = 0;
    unpacker = new PositionsUnpacker();
    arrivals.clear();
    port.onmessage = (message: MessageEvent<Sequenced>) => arrivals.add([message.data, Date.now()]);
    useTerminal.setState({ connected: true });
  };
  target.addEventListener('message', take);
  return () => {
    target.removeEventListener('message', take);
    port?.close();
    useTerminal.setState({ connected: false });
  };
}
