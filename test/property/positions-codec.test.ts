import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POSITION_COLUMNS, type PositionsFrame } from '#shared/ipc/frames.ts';
import { PositionsPacker, PositionsUnpacker } from '#shared/ipc/positions-codec.ts';

const WIDTH = POSITION_COLUMNS.length;
const AGE = POSITION_COLUMNS.indexOf('ageMs');
const START = Date.UTC(2026, 0, 1);

function frame(cells: Float64Array, at: number): PositionsFrame {
  return { kind: 'positions', directory: 1, rows: cells.length / WIDTH, at, cells };
}

const age = fc.oneof(fc.integer({ min: -1e9, max: 1e9 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));

/** A cell anywhere in the table, and a figure that fits its column. */
const cell = (rows: number) =>
  fc.nat(rows * WIDTH - 1).chain((at) => fc.tuple(fc.constant(at), at % WIDTH === AGE ? age : fc.double()));

/** A table and what happens to it: cells that change, time that passes, windows that come. */
const life = fc.integer({ min: 1, max: 40 }).chain((rows) =>
  fc.record({
    rows: fc.constant(rows),
    turns: fc.array(
      fc.record({
        passes: fc.integer({ min: 0, max: 60_000 }),
        changes: fc.array(cell(rows), { maxLength: 60 }),
        isRestart: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  }),
);

describe('positions through the port', () => {
  it('are every figure as it was, whatever changes from frame to frame', () => {
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 3 }), (lives) => {
        const packer = new PositionsPacker();
        const unpacker = new PositionsUnpacker();
        let at = START;
        const turns = lives.flatMap((one) => {
          const cells = new Float64Array(one.rows * WIDTH).fill(Number.NaN);
          return one.turns.map((turn) => ({ ...turn, cells }));
        });
        for (const { passes, changes, isRestart, cells } of turns) {
          at += passes;
          if (isRestart) packer.restart();
          for (const [place, value] of changes) cells[place] = value;
          const unpacked = unpacker.unpack(packer.pack(frame(cells, at)));
          expect(unpacked && [...unpacked]).toEqual([...cells]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('cost bytes only for what changed: a quote that grows older costs none', () => {
    const packer = new PositionsPacker();
    const cells = Float64Array.from({ length: 64 * WIDTH }, (_, cell) => (cell % WIDTH === AGE ? 250 : cell));
    expect(packer.pack(frame(cells, START)).packed.byteLength).toBe(cells.byteLength);
    const rowBits = 64 / 8;
    const older = cells.map((value, cell) => (cell % WIDTH === AGE ? value + 200 : value));
    expect(packer.pack(frame(older, START + 200)).packed.byteLength).toBe(rowBits);
    older[5] = -1;
    expect(packer.pack(frame(older, START + 200)).packed.byteLength).toBe(rowBits + 8 + 8);
  });

  it('are not guessed at when a message was missed', () => {
    const packer = new PositionsPacker();
    const cells = new Float64Array(2 * WIDTH);
    const unpacker = new PositionsUnpacker();
    unpacker.unpack(packer.pack(frame(cells, START)));
    packer.pack(frame(cells, START));
    expect(unpacker.unpack(packer.pack(frame(cells, START)))).toBeNull();
    expect(new PositionsUnpacker().unpack(packer.pack(frame(cells, START)))).toBeNull();
    packer.restart();
    expect(unpacker.unpack(packer.pack(frame(cells, START)))).not.toBeNull();
  });
});
