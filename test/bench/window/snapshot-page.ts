import { POSITION_COLUMNS, type Sequenced } from '#shared/ipc/frames.ts';
import { STREAM_MESSAGE } from '#shared/ipc/methods.ts';
import { PositionsUnpacker } from '#shared/ipc/positions-codec.ts';

export type SnapshotMessage =
  | { readonly kind: 'empty' }
  | { readonly kind: 'objects'; readonly rows: readonly { readonly pnl: number }[] }
  | Sequenced;

const WIDTH = POSITION_COLUMNS.length;
const PROFIT = POSITION_COLUMNS.indexOf('unrealisedUsd');
const unpacker = new PositionsUnpacker();

/** Takes a snapshot as the window does and touches one figure of every row. */
function take(message: SnapshotMessage): number {
  if ('kind' in message) return message.kind === 'empty' ? 0 : message.rows.reduce((sum, row) => sum + row.pnl, 0);
  const values = message.frame.kind === 'positions' ? unpacker.unpack(message.frame) : null;
  if (values === null) throw new Error('a snapshot was lost');
  let sum = 0;
  for (let cell = PROFIT; cell < values.length; cell += WIDTH) sum += values[cell] ?? 0;
  return sum;
}

window.addEventListener('message', (event) => {
  const port = event.data === STREAM_MESSAGE ? event.ports[0] : undefined;
  if (port === undefined) return;
  port.onmessage = (message: MessageEvent<SnapshotMessage>) => port.postMessage(take(message.data));
});
