// What is on disk is enough to replay: two runs of one session file, the second after a kill.
import { describe, expect, it } from 'vitest';
import { replay } from '#main/cli/replay.ts';
import { limitsFrom } from '#main/engine/limits.ts';
import { toLine } from '#main/replay/input.ts';
import { recordEngine } from '#main/replay/recorded-engine.ts';
import { replaySession } from '#main/session/replay.ts';
import { sqlite } from '#main/store/driver.ts';
import { createJournal } from '#main/store/journal.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openForReading } from '#main/store/open-store.ts';
import { verifyFile } from '#main/store/verify.ts';
import { decimal } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { ACCOUNT, CLI, createFakeRisk, MARKS, request, START } from '#test/support/engine-room.ts';
import { createFakeVenue, type FakeVenue } from '#test/support/fake-venue.ts';
import { createManualClock, type ManualClock } from '#test/support/manual-clock.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';

function venueOf(clock: ManualClock): FakeVenue {
  return createFakeVenue({
    id: LINEAR_PERPETUAL.venue,
    now: clock.now,
    accounts: [ACCOUNT],
    instruments: [LINEAR_PERPETUAL],
    balances: [{ account: ACCOUNT.id, currency: 'USDC', cash: decimal('100000') }],
  });
}

/** One run of a session: started, traded, then stopped or left as a kill leaves it. */
async function run(file: string, clock: ManualClock, venue: FakeVenue, end: 'stop' | 'kill'): Promise<void> {
  const journal = createJournal(file);
  const tape = journal.tape({ onFault: (reason) => expect.fail(reason.message) });
  const engine = recordEngine(
    {
      ...{ clock, journal, adapters: [venue], limits: unwrap(limitsFrom({})), installId: 'test', autoResume: true },
      session: { profile: 'demo', tape: 'test', seed: 1 },
    },
    {
      get quotes() {
        return tape.rows;
      },
      line: (line) => tape.note(toLine(line)),
      tape: tape.record,
    },
  );
  const risk = createFakeRisk();
  engine.attachRisk(risk);
  unwrap(await engine.start());
  await clock.advance(1);
  venue.quote({ [LINEAR_PERPETUAL.id]: MARKS[LINEAR_PERPETUAL.id] ?? 0 });
  risk.report();
  unwrap(await engine.resume(CLI));
  unwrap(await engine.arm({ accounts: [ACCOUNT.id], budget: null }, CLI));
  venue.script('fill');
  unwrap(await engine.submitNow([request()], 'cli', { reportSeq: 1 }, CLI));
  // What the trader writes meanwhile stands between the engine's entries and is none of them.
  const written = { account: ACCOUNT.id, instrument: LINEAR_PERPETUAL.id, entry: 1, tags: ['test'], note: end };
  journal.append([{ type: 'annotated', annotation: written }], clock.now());
  await clock.advance(12_000);
  unwrap(await engine.disarm(CLI));
  journal.append([{ type: 'annotated', annotation: { ...written, note: '' } }], clock.now());
  unwrap(await engine.arm({ accounts: [ACCOUNT.id], budget: null }, CLI));
  await clock.advance(1);
  if (end === 'stop') await engine.stop();
  else tape.flush();
  tape.close();
  journal.close();
}

async function session(): Promise<string> {
  const file = tmpDatabase();
  const clock = createManualClock(START);
  const venue = venueOf(clock);
  await run(file, clock, venue, 'kill');
  // The dead engine hears nothing more: its timers would run on with the clock of this test.
  const after = createManualClock(clock.now() + 60_000);
  await run(file, after, venue, 'stop');
  return file;
}

describe('a session file', () => {
  it('replays run by run to the recorded state', async () => {
    const file = await session();
    expect(verifyFile(file).ok).toBe(true);
    const read = openForReading(file, JOURNAL_FORMAT);
    const runs = await replaySession(read);
    read.close();
    expect(runs.map((one) => one.difference)).toEqual([null, null]);
    expect(runs.map((one) => one.hash)).toEqual(runs.map((one) => one.recorded));
    expect(runs[1]?.states).toBeGreaterThan(1);
    expect(runs[0]?.entries).toBeGreaterThan(5);
  });

  it.each([
    ['lines that could not be written', 'UPDATE inputs SET first = first + 1', 'gap'],
    ['a damaged chunk', "UPDATE inputs SET bytes = x'00'", 'checksum'],
    ['no recording', 'DELETE FROM inputs', 'no recording'],
    ['a tape that is too short', 'DELETE FROM tape', 'tape ends'],
  ])('refuses %s', async (_, damage, told) => {
    const file = await session();
    const raw = new (sqlite())(file);
    raw.exec(damage);
    raw.close();
    const read = openForReading(file, JOURNAL_FORMAT);
    await expect(replaySession(read)).rejects.toThrow(told);
    read.close();
  });
});

describe('keel replay', () => {
  const told: string[] = [];
  const output = { result: (text: string) => void told.push(text), say: () => undefined };

  it('prints the hash, and exits 1 when it is not the recorded one', async () => {
    const file = await session();
    expect(await replay.run([file], output)).toBe(0);
    expect(JSON.parse(told.at(-1) ?? '')).toMatchObject({ equal: true, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const raw = new (sqlite())(file);
    raw.exec('UPDATE journal SET at = at + 1 WHERE seq = 3');
    raw.close();
    expect(await replay.run([file], output)).toBe(1);
    expect(JSON.parse(told.at(-1) ?? '').runs[0].difference).toContain('journal entry 3: recorded');
  });

  it.each([
    [['--latency', 'soon'], '--latency: expected a number from 1, was "soon"'],
    [['--fees=-1'], '--fees: expected a number from 0, was "-1"'],
  ])('refuses %s', async (args, why) => {
    await expect(replay.run(['session.db', ...args], output)).rejects.toThrow(why);
  });
});
