// The product's promise: any recorded session replays to the same state hash.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedLine } from '#main/replay/input.ts';
import { decimal } from '#shared/units/decimal.ts';
import { MINUTE } from '#shared/units/time.ts';
import { type Action, history, LIMITS, perform } from '#test/support/engine-actions.ts';
import { CLI, createEngineRoom, type EngineRoom, request } from '#test/support/engine-room.ts';
import { createMemoryLog, type MemoryLog } from '#test/support/memory-log.ts';
import { tellProgress, trials } from '#test/support/trials.ts';

const SESSIONS = trials(50);

async function record(actions: readonly Action[], log: MemoryLog, from?: EngineRoom): Promise<EngineRoom> {
  const room = createEngineRoom({ limits: LIMITS, record: log, ...(from === undefined ? {} : { from }) });
  await room.start().catch(() => undefined);
  for (const step of actions) await perform(room, step);
  return room;
}

describe('a recorded session', () => {
  it(`replays to the same state hash, ${SESSIONS} seeded sessions with random faults`, { timeout: 1e7 }, async () => {
    let done = 0;
    await fc.assert(
      fc.asyncProperty(history, async (actions) => {
        tellProgress('sessions replayed', ++done, SESSIONS);
        const log = createMemoryLog();
        const room = await record(actions, log);
        await room.engine.stop();
        const [replay, ...others] = await log.replay(room.journal.entries);
        expect(others).toEqual([]);
        expect(replay).toMatchObject({ difference: null, entries: room.journal.entries.length });
        expect(replay?.hash).toBe(replay?.recorded);
        expect(replay?.hash).toMatch(/^[0-9a-f]{64}$/);
      }),
      { numRuns: SESSIONS, seed: 20200312 },
    );
  });

  // kill -9 and a new start on the same journal: each run is replayed from what it began with.
  it('replays over a crash, run by run', async () => {
    await fc.assert(
      fc.asyncProperty(history, history, async (before, after) => {
        const log = createMemoryLog();
        const crashed = await record(before, log);
        const whole = createMemoryLog(log);
        const room = await record(after, whole, crashed);
        await room.engine.stop();
        const replays = await whole.replay(room.journal.entries);
        expect(replays.map((one) => one.difference)).toEqual([null, null]);
        expect(replays[1]?.hash).toBe(replays[1]?.recorded);
      }),
      { numRuns: 10, seed: 7 },
    );
  });

  it('has something to replay: fills, unknown orders, one worked over time and a disk that was full', async () => {
    const { log, room } = await worked();
    const [replay] = await log.replay(room.journal.entries);
    const types = room.events().map((one) => one.type);
    expect(types).toEqual(expect.arrayContaining(['fill', 'alarm', 'trading-state', 'parent-order']));
    expect(room.engine.parents[0]).toMatchObject({ filled: '1.5' });
    expect(log.lines.some((line) => line.type === 'refusal')).toBe(true);
    expect(replay).toMatchObject({ difference: null });
    expect(replay?.states).toBeGreaterThan(2);
  });

  it('answers also after its end, as the engine does', async () => {
    const { room } = await worked();
    await expect(room.engine.cancelAll(true, CLI)).resolves.toMatchObject({ ok: false, error: { code: 'stopped' } });
  });

  it('replays a risk loop that was taken away', async () => {
    const log = createMemoryLog();
    const room = createEngineRoom({ record: log });
    await room.start();
    const detach = room.engine.attachRisk(room.risk);
    detach();
    await room.clock.advance(1000);
    expect(room.engine.tradingState.state).toBe('REDUCING');
    await room.engine.stop();
    expect((await log.replay(room.journal.entries))[0]).toMatchObject({ difference: null });
  });

  // A hash that anything could satisfy would prove nothing.
  it.each<[string, (line: RecordedLine) => RecordedLine | null]>([
    ['a fill is left out', (line) => (isFill(line) ? null : line)],
    [
      'a venue answers another way',
      (line) => (isPlaced(line) ? { ...line, input: { ...line.input, answer: LOST } } : line),
    ],
    ['the clock shows another time', (line) => ('at' in line && isFill(line) ? { ...line, at: line.at + 1 } : line)],
    ['the disk takes everything', (line) => (line.type === 'refusal' ? null : line)],
    ['quotes are left out', (line) => (line.type === 'quotes' ? null : line)],
  ])('comes out otherwise when %s', async (_, change) => {
    const { log, room } = await worked();
    const [replay] = await log.replay(room.journal.entries, (lines) => lines.flatMap((line) => change(line) ?? []));
    expect(replay?.difference).not.toBeNull();
  });
});

const LOST = { ok: false, reason: { code: 'no-answer', message: 'lost' }, ours: true } as const;

type Answered = Extract<RecordedLine, { type: 'input' }> & { readonly input: { readonly type: 'answer' } };

function isFill(line: RecordedLine): boolean {
  return line.type === 'input' && line.input.type === 'event' && line.input.event.type === 'fill';
}

function isPlaced(line: RecordedLine): line is Answered {
  if (line.type !== 'input' || line.input.type !== 'answer' || !line.input.answer.ok) return false;
  return JSON.stringify(line.input.answer)?.includes('"outcome":"accepted"');
}

/** A session that trades, loses an answer and meets a full disk. */
async function worked(): Promise<{ readonly log: MemoryLog; readonly room: EngineRoom }> {
  const log = createMemoryLog();
  const room = await record([], log);
  await room.arm();
  room.venue.script('fill', 'fill', 'fill');
  const schedule = { kind: 'twap', durationMs: MINUTE, parts: 4, post: false } as const;
  const twap = request({ type: 'market', limit: null, timeInForce: 'ioc', quantity: decimal('2'), schedule });
  await room.engine.submitNow([twap], 'cli', { reportSeq: 1 }, CLI);
  await room.pass(40_000);
  room.venue.script('fill', 'accept', 'lost');
  for (const limit of ['7000', '7001', '7002']) {
    await room.engine.submitNow([request({ limit: decimal(limit) })], 'cli', { reportSeq: 1 }, CLI);
    await room.pass(1000);
  }
  room.journal.full = true;
  await room.engine.submitNow([request({ limit: decimal('7003') })], 'cli', { reportSeq: 1 }, CLI);
  room.journal.full = false;
  await room.pass(30_000);
  await room.engine.stop();
  return { log, room };
}
