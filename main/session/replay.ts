import { fromLine, type RecordedLine } from '#main/replay/input.ts';
import { type RunReplay, replayRun } from '#main/replay/replay-run.ts';
import type { ReadHandle } from '#main/store/handles.ts';
import { entriesAfter, memoryAfter } from '#main/store/queries.ts';
import { tapeFrom } from '#main/store/tape.ts';
import { readLines } from '#main/store/tape-lines.ts';
import type { JournalEntry } from '#shared/domain/events.ts';
import { FaultError, fault } from '#shared/units/result.ts';

type RunLine = Extract<RecordedLine, { type: 'run' }>;

/** All lines of a recording. */
export function* recordedLines(read: ReadHandle): Generator<RecordedLine> {
  for (const text of readLines(read)) yield fromLine(text);
}

/** What came beside the engine after entry `seq`, by number. */
function memoryEntries(read: ReadHandle, seq: number): ReadonlyMap<number, JournalEntry> {
  const found = new Map<number, JournalEntry>();
  for (const entry of memoryAfter(read, seq)) found.set(entry.seq, entry);
  return found;
}

/** Where each run begins, by number of its line. */
function runsOf(read: ReadHandle): readonly { readonly at: number; readonly line: RunLine }[] {
  const runs: { at: number; line: RunLine }[] = [];
  let at = 0;
  for (const text of readLines(read)) {
    at += 1;
    const line = text.startsWith('{"type":"run"') ? fromLine(text) : null;
    if (line?.type === 'run') runs.push({ at, line });
  }
  return runs;
}

function* linesBetween(read: ReadHandle, after: number, before: number): Generator<RecordedLine> {
  let at = 0;
  for (const text of readLines(read)) {
    at += 1;
    if (at >= before) return;
    if (at > after) yield fromLine(text);
  }
}

/**
 * Replays every run of a recorded session, from its start to its stop or crash. Throws a fault for a file without a
 * recording (one made by an earlier Keel), a damaged one, or one with a gap.
 */
export async function replaySession(read: ReadHandle): Promise<readonly RunReplay[]> {
  const runs = runsOf(read);
  if (runs.length === 0) throw new FaultError(fault('no-recording', `${read.file}: no recording in it`));
  const replays: RunReplay[] = [];
  for (const [number, { at, line }] of runs.entries()) {
    const next = runs[number + 1];
    const lines = linesBetween(read, at, next?.at ?? Number.MAX_SAFE_INTEGER);
    const { head } = line;
    const quotes = tapeFrom(read, head.quotes);
    const past = entriesAfter(read, 0, head.seq);
    const entries = entriesAfter(read, head.seq, next?.line.head.seq);
    const beside = memoryEntries(read, head.seq);
    replays.push(await replayRun({ at: line.at, head, lines, quotes, past, entries, beside }));
  }
  return replays;
}
