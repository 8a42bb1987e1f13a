import { createEngine, type Engine } from '#main/engine/engine.ts';
import { type JournalEntry, MEMORY_EVENTS } from '#shared/domain/events.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { DeskMethod, Input, RecordedLine, ReportDigest, RunHead } from './input.ts';
import { createIntake, type Intake } from './intake.ts';
import { createReplayJournal, type Refusal } from './replay-journal.ts';
import { chainOn, stateHash } from './state-hash.ts';

/** A recorded run of the engine: from a start to its stop, or to the crash that ended it. */
export interface RunRecording {
  readonly at: EpochMs;
  readonly head: RunHead;
  /** The lines after its head. */
  readonly lines: Iterable<RecordedLine>;
  /** The tape from the run's first quote on. */
  readonly quotes: Iterator<Quote>;
  /** The journal up to `head.seq`. */
  readonly past: Iterable<JournalEntry>;
  /** The journal from there to the end of the run, to compare with. */
  readonly entries: Iterator<JournalEntry>;
  /** Those of them that no input led to, by number. */
  readonly beside?: ReadonlyMap<number, JournalEntry>;
}

export interface RunReplay {
  readonly inputs: number;
  /** Journal entries made anew. */
  readonly entries: number;
  /** Recorded hashes compared. */
  readonly states: number;
  /** The state at the last record of it, hexadecimal; null where the recording ended before the first. */
  readonly hash: string | null;
  readonly recorded: string | null;
  /** The first thing that came out otherwise; null when nothing did. */
  readonly difference: string | null;
}

/** An input and what was noted while it was at work. */
interface Step {
  readonly at: EpochMs;
  readonly input: Input | null;
  readonly refusals: readonly Refusal[];
  readonly settings: ReadonlyMap<string, string | null>;
  readonly hash: string | null;
}

function inputOf(line: Extract<RecordedLine, { type: 'input' | 'quotes' }>, quotes: Iterator<Quote>): Input {
  if (line.type === 'input') return line.input;
  const { venue, rows } = line;
  const batch: Quote[] = [];
  while (batch.length < rows) {
    const next = quotes.next();
    if (next.done === true) throw new FaultError(fault('tape-short', 'the tape ends before the recording does'));
    batch.push(next.value);
  }
  return { type: 'quotes', venue, quotes: batch };
}

/** The recording step by step. The first has no input: it is what the engine's making led to. */
function* stepsOf(recording: RunRecording): Generator<Step> {
  let [at, input]: [EpochMs, Input | null] = [recording.at, null];
  let [refusals, settings, hash]: [Refusal[], Map<string, string | null>, string | null] = [[], new Map(), null];
  for (const line of recording.lines) {
    if (line.type === 'refusal') refusals.push(line);
    else if (line.type === 'setting') settings.set(line.name, line.value);
    else if (line.type === 'state') hash = line.hash;
    else if (line.type === 'input' || line.type === 'quotes') {
      yield { at, input, refusals, settings, hash };
      [at, input] = [line.at, inputOf(line, recording.quotes)];
      [refusals, settings, hash] = [[], new Map(), null];
    }
  }
  yield { at, input, refusals, settings, hash };
}

/** A report with what the engine's state depends on and nothing else. */
function reportOf({ seq, exposures }: ReportDigest, at: EpochMs): RiskReport {
  const none = { positions: { rows: [], cells: new Float64Array(0) }, pools: [], grids: [], ladders: [], payoffs: [] };
  return { ...none, seq, exposures, computedAt: at, asOf: at, computeMs: 0, spot: {}, excluded: [] };
}

function ask(engine: Engine, method: DeskMethod, args: readonly unknown[]): void {
  const run = engine[method] as (...args: readonly unknown[]) => unknown;
  run(...args);
}

function deliver(input: Input, engine: Engine, intake: Intake): void {
  switch (input.type) {
    case 'quotes':
      intake.event(input.venue, { type: 'quotes', quotes: input.quotes });
      break;
    case 'event':
      intake.event(input.venue, input.event);
      break;
    case 'answer':
      intake.answer(input.call, input.answer);
      break;
    case 'timer':
      intake.fire(input.timer);
      break;
    case 'risk':
      intake.report(reportOf(input.report, intake.clock.now()));
      break;
    case 'risk-fault':
      intake.riskFault(input.reason);
      break;
    case 'desk':
      ask(engine, input.method, input.args);
      break;
  }
}

function quoted(entry: JournalEntry): string {
  return JSON.stringify(entry).slice(0, 200);
}

/** Compares entries made anew with the recorded ones, and keeps the first that differs. */
function compareEntries(recorded: Iterator<JournalEntry>) {
  let difference: string | null = null;
  return {
    get difference() {
      return difference;
    },
    take(entries: readonly JournalEntry[]): void {
      for (const entry of entries) {
        let next = recorded.next();
        while (next.done !== true && MEMORY_EVENTS.has(next.value.event.type)) next = recorded.next();
        // A crash in the middle of an input: what it would have written next is nobody's to compare with.
        if (difference !== null || next.done === true) continue;
        const theirs = next.value;
        if (JSON.stringify(theirs) === JSON.stringify(entry)) continue;
        difference = `journal entry ${entry.seq}: recorded ${quoted(theirs)}, replayed ${quoted(entry)}`;
      }
    },
  };
}

/**
 * Runs the same kernel over a recorded run: no venue is called, no clock is read, nothing is written. Every journal
 * entry and every recorded hash of the state has to come out the same. Throws a fault where the recording itself
 * cannot be read.
 */
export async function replayRun(recording: RunRecording): Promise<RunReplay> {
  const { head, at } = recording;
  const compared = compareEntries(recording.entries);
  let chain = '';
  let [inputs, entries, states] = [0, 0, 0];
  const made = (added: readonly JournalEntry[]): void => {
    chain = chainOn(chain, added);
    entries += added.length;
    compared.take(added);
  };
  const journal = createReplayJournal(recording.past, made, recording.beside);
  const nothing = (): void => undefined;
  const noVenue = () => Promise.reject(new FaultError(fault('replay', 'a replay has no venue to ask')));
  const intake = createIntake(at, {
    called: nothing,
    timed: () => nothing,
    dirty: nothing,
    looks: () => ({ depth: noVenue, greeks: () => null, preview: noVenue }),
  });
  const { clock, risk } = intake;
  const adapters = head.venues.map(intake.adapter);
  const engine = createEngine({ ...head, clock, journal, adapters, risk });
  let last: { readonly hash: string; readonly recorded: string } | null = null;
  let stateDifference: string | null = null;
  for (const step of stepsOf(recording)) {
    journal.expect(step.refusals, step.settings);
    intake.moveTo(step.at);
    if (step.input !== null) {
      inputs += 1;
      deliver(step.input, engine, intake);
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (step.hash === null) continue;
    states += 1;
    last = { hash: stateHash(engine, chain), recorded: step.hash };
    if (last.hash !== last.recorded) stateDifference ??= `the state after input ${inputs} is not the recorded one`;
  }
  const difference = compared.difference ?? stateDifference;
  return { inputs, entries, states, hash: last?.hash ?? null, recorded: last?.recorded ?? null, difference };
}
