import { fromLine, type RecordedLine, toLine } from '#main/replay/input.ts';
import type { InputLog } from '#main/replay/recorded-engine.ts';
import { type RunReplay, replayRun } from '#main/replay/replay-run.ts';
import type { JournalEntry } from '#shared/domain/events.ts';
import type { Quote } from '#shared/market/quote.ts';

/** A recording in memory, kept as text like the one on disk. */
export interface MemoryLog extends InputLog {
  readonly lines: readonly RecordedLine[];
  readonly taped: readonly Quote[];
  recording(journal: readonly JournalEntry[]): Recording;
  /** Replays each run of the recording against the journal it was made with. */
  replay(
    journal: readonly JournalEntry[],
    change?: (lines: readonly RecordedLine[]) => readonly RecordedLine[],
  ): Promise<readonly RunReplay[]>;
}

/** What a session leaves behind, as it lies on disk. */
export interface Recording {
  readonly texts: readonly string[];
  readonly tape: readonly Quote[];
  readonly journal: readonly JournalEntry[];
}

/** Replays each run of a recording; `change` may tamper with its lines. */
export async function replayRuns(
  { texts, tape, journal }: Recording,
  change: (lines: readonly RecordedLine[]) => readonly RecordedLine[] = (lines) => lines,
): Promise<readonly RunReplay[]> {
  const lines = change(texts.map(fromLine));
  const starts = lines.flatMap((line, at) => (line.type === 'run' ? [at] : []));
  const replays: RunReplay[] = [];
  for (const [number, start] of starts.entries()) {
    const line = lines[start];
    if (line?.type !== 'run') continue;
    const { head, at } = line;
    const next = lines[starts[number + 1] ?? lines.length];
    const end = next?.type === 'run' ? next.head.seq : journal.length;
    replays.push(
      await replayRun({
        at,
        head,
        lines: lines.slice(start + 1, starts[number + 1]),
        quotes: tape.slice(head.quotes).values(),
        past: journal.slice(0, head.seq),
        entries: journal.slice(head.seq, end).values(),
      }),
    );
  }
  return replays;
}

/** `past`: the log of a run that crashed; what that run still tells its own log is not in this one. */
export function createMemoryLog(past?: MemoryLog): MemoryLog {
  const texts: string[] = past?.lines.map(toLine) ?? [];
  const tape: Quote[] = [...(past?.taped ?? [])];
  return {
    taped: tape,
    get quotes() {
      return tape.length;
    },
    get lines() {
      return texts.map(fromLine);
    },
    line: (line) => void texts.push(toLine(line)),
    tape: (quotes) => void tape.push(...quotes),
    recording: (journal) => ({ texts, tape, journal }),
    replay: (journal, change) => replayRuns({ texts, tape, journal }, change),
  };
}
