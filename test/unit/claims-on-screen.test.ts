import { afterEach, describe, expect, it } from 'vitest';
import { ReportProjector } from '#main/session/projector.ts';
import { positionColumns } from '#renderer/features/positions/columns.tsx';
import { GROUPINGS } from '#renderer/features/positions/groupings.ts';
import { positionName } from '#renderer/features/positions/position-name.ts';
import { rowsOf } from '#renderer/features/positions/position-rows.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { type Book, emptyBook } from '#shared/domain/book.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { CLAIMS, CONTRACTS, claimHeld, claimMarketAt, STAND } from '#test/support/claims.ts';
import { reportAt } from '#test/support/risk.ts';

const held = claimHeld(new Map([...CLAIMS, ...CONTRACTS].map((one) => [one as Instrument, '1'] as const)));
const report = reportAt(held, claimMarketAt(STAND));
const book: Book = { ...emptyBook(), instruments: new Map(held.instruments) };
const frames = new ReportProjector().frames(report, book);
const directory = frames.find((frame) => frame.kind === 'directory');
const positions = frames.find((frame) => frame.kind === 'positions');
const BROKEN = /NaN|undefined|null|Infinity|Invalid/;
const start = useTerminal.getState();

afterEach(() => useTerminal.setState(start, true));

/** Protects: rows of every kind read like rows. No figure says NaN, no name says undefined, whatever is held. */
describe('claims in the Positions panel', () => {
  it('have a name, a unit and a group each', () => {
    expect(directory?.rows).toHaveLength(CLAIMS.length + CONTRACTS.length + 1);
    for (const identity of directory?.rows ?? []) {
      for (const short of [true, false]) {
        const { strong, rest } = positionName(identity, short);
        expect(strong, identity.key).toMatch(/\S/);
        expect(`${strong} ${rest} ${identity.quantityUnit}`, identity.key).not.toMatch(BROKEN);
      }
    }
    const rows = rowsOf(directory!);
    for (const { levels } of GROUPINGS) {
      for (const level of levels) for (const row of rows) expect(`${level.key(row)} ${level.label(row)}`).not.toMatch(/undefined|null/); // biome-ignore format: one glance
    }
  });

  it('show a figure or a dash in every column', () => {
    const { rows, cells } = positions!;
    useTerminal.setState({
      directory: directory!,
      positions: { directory: directory!.directory, rows, values: cells },
    });
    for (const row of rowsOf(directory!)) {
      for (const column of positionColumns(false, 'usual')) {
        expect(column.text(row), `${row.identity.name} ${column.id}`).not.toMatch(BROKEN);
      }
    }
  });
});
