import type { MessagePortMain } from 'electron';
import { POSITION_COLUMNS, type PositionColumn, type Sequenced } from '#shared/ipc/frames.ts';
import { PositionsPacker } from '#shared/ipc/positions-codec.ts';
import { median } from '#test/bench/figures.ts';
import { ManyRows } from '#test/support/renderer/fake-rows.ts';
import { type Job, PACKED_WAYS, type PackedWay, type SnapshotFigures, type SnapshotWay } from './job.ts';
import type { SnapshotMessage } from './snapshot-page.ts';

const WIDTH = POSITION_COLUMNS.length;
const FRAMES_A_SECOND = 10;

/** Names of the numbers in the peers' bench of the same thing; with them three texts. */
const NUMBERS = [
  ...['id', 'qty', 'avgPrice', 'mark', 'pnl', 'delta', 'gamma', 'vega', 'theta'],
  ...['rho', 'vanna', 'volga', 'charm'],
] as const;

/** The rows as objects of sixteen fields, as a window without packing would get them. */
function toObjects(many: ManyRows, cells: Float64Array): SnapshotMessage {
  const rows = many.identities.map(({ name, venue, account }, row) => ({
    symbol: name,
    venue,
    account,
    ...(Object.fromEntries(NUMBERS.map((number, at) => [number, cells[row * WIDTH + at]])) as { readonly pnl: number }),
  }));
  return { kind: 'objects', rows };
}

/** What moves in every option's row when the coin's index does. */
const MOVING = new Set<PositionColumn>([
  ...(['mark', 'unrealisedUsd', 'valueUsd', 'dayUsd', 'delta', 'deltaCoin'] as const),
  ...(['gamma', 'vega', 'theta', 'marginUsd'] as const),
]);
const PLACES = POSITION_COLUMNS.flatMap((column, place) => (MOVING.has(column) ? [place] : []));

function moveAll(cells: Float64Array): void {
  for (let row = 0; row < cells.length; row += WIDTH) {
    for (const place of PLACES) cells[row + place] = cells[row + place]! * 1.0001;
  }
}

function createWays(many: ManyRows, job: Extract<Job, { type: 'snapshot' }>) {
  const packer = new PositionsPacker();
  const bytes = new Map<PackedWay, number>();
  let seq = 0;
  let now = Date.now();
  /** Steps the figures and answers what then sends them, so that only sending is timed. */
  const packed = (way: PackedWay, updates: number) => {
    now += 1_000 / FRAMES_A_SECOND;
    const cells = many.step(updates, now);
    if (way === 'moved') moveAll(cells);
    return (): Sequenced => {
      if (way === 'whole') packer.restart();
      seq += 1;
      const frame = packer.pack({ kind: 'positions', directory: 1, rows: job.rows, at: now, cells });
      bytes.set(way, frame.packed.byteLength);
      return { seq, frame };
    };
  };
  const ways: Readonly<Record<SnapshotWay, () => () => SnapshotMessage>> = {
    empty: () => () => ({ kind: 'empty' }),
    objects: () => {
      const objects = toObjects(many, many.step(0, now));
      return () => objects;
    },
    stream: () => packed('stream', job.updates / FRAMES_A_SECOND),
    moved: () => packed('moved', 0),
    whole: () => packed('whole', 0),
  };
  return { ways, bytes };
}

/** Round trips through the port, acknowledged by the page, way by way in turns. */
export async function timeSnapshots(
  port: MessagePortMain,
  job: Extract<Job, { type: 'snapshot' }>,
): Promise<SnapshotFigures> {
  const many = new ManyRows(job.rows, Date.now());
  const { ways, bytes } = createWays(many, job);
  let acknowledged: () => void = () => undefined;
  port.on('message', () => acknowledged());
  const roundTrip = async (make: () => SnapshotMessage): Promise<number> => {
    const from = performance.now();
    const done = new Promise<void>((resolve) => {
      acknowledged = resolve;
    });
    port.postMessage(make());
    await done;
    return performance.now() - from;
  };
  const round = async (): Promise<Record<SnapshotWay, number>> => {
    const figures: Partial<Record<SnapshotWay, number>> = {};
    for (const way of Object.keys(ways) as SnapshotWay[]) {
      const times: number[] = [];
      // The changes of a stream rest on its last message: a whole table goes ahead of each block.
      await roundTrip(ways.whole());
      for (let n = 0; n < job.repeats; n++) times.push(await roundTrip(ways[way]()));
      figures[way] = median(times);
    }
    return figures as Record<SnapshotWay, number>;
  };
  await round();
  const rounds: Record<SnapshotWay, number>[] = [];
  for (let n = 0; n < job.rounds; n++) rounds.push(await round());
  const sizes = Object.fromEntries(PACKED_WAYS.map((way) => [way, bytes.get(way) ?? Number.NaN]));
  return { rounds, bytes: sizes as Record<PackedWay, number> };
}
