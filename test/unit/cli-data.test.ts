// What is on disk is told as it is, and making room never touches the journal.
import { copyFileSync, mkdirSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { data } from '#main/cli/data.ts';
import { storedSessions } from '#main/session/retention.ts';
import { holdingsOf } from '#main/store/holdings.ts';
import { createJournal } from '#main/store/journal.ts';
import { verifyFile } from '#main/store/verify.ts';
import type { Quote } from '#shared/market/quote.ts';
import { DAY, SECOND } from '#shared/units/time.ts';
import { reading, sample, take } from '#test/support/statements.ts';
import { tmpDatabase, tmpFolder } from '#test/support/tmp-database.ts';
import { fill, opening, T0 } from './store-samples.ts';

function quote(at: number): Quote {
  const prices = { bid: at % 997, bidSize: 1, ask: 2, askSize: 1, mark: 1, markVol: null, forward: 1, index: 1 };
  return { instrument: 'v:BTC', ...prices, funding8h: null, tsEvent: at, tsReceived: at };
}

/** Two stretches of tape, ten days apart, with a fill and a statement. */
/** Two stretches of `quotes` each. */
async function store(quotes = 200): Promise<string> {
  const file = tmpDatabase();
  const journal = createJournal(file);
  const tape = journal.tape({ onFault: (reason) => expect.fail(reason.message), chunkRows: 50 });
  for (const start of [T0, T0 + 10 * DAY]) {
    for (let at = 0; at < quotes; at += 1) tape.record([quote(start + at * SECOND)]);
    tape.flush();
  }
  tape.close();
  journal.append([...opening, { type: 'fill', fill: fill('t1') }], T0);
  take(
    journal,
    await reading('deribit', 'deribit-transaction_log-1001-BTC.csv', sample('deribit-transaction_log-1001-BTC.csv')),
  );
  journal.close();
  return file;
}

async function run(...args: string[]): Promise<{ code: number; answer: Record<string, unknown>; said: string }> {
  const [results, said]: [string[], string[]] = [[], []];
  const code = await data.run(args, { result: (text) => void results.push(text), say: (text) => void said.push(text) });
  return { code, answer: JSON.parse(results.join('') || '{}') as Record<string, unknown>, said: said.join('') };
}

describe('keel data', () => {
  it('lists span, gaps, statements and size of every store, and the bundled tapes with their licence', async () => {
    const file = await store();
    const { code, answer } = await run('list', dirname(file));
    expect(code).toBe(0);
    const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
    expect(answer.files).toEqual([
      expect.objectContaining({
        ...{ file, fills: 1, imported: 8, statements: ['deribit-transaction_log-1001-BTC.csv'] },
        tape: expect.objectContaining({ from: iso(T0), to: iso(T0 + 10 * DAY + 199 * SECOND), quotes: 400 }),
        gaps: [{ from: iso(T0 + 199 * SECOND), to: iso(T0 + 10 * DAY) }],
      }),
    ]);
    const tapes = answer.tapes as { id: string; licence: string }[];
    expect(tapes.map((one) => one.id)).toContain('march-2020');
    expect(tapes.every((one) => one.licence !== '')).toBe(true);
  });

  it('says when the budget is exceeded', async () => {
    const file = await store();
    expect(await run('list', file, '--budget', '1KB')).toMatchObject({ code: 1, answer: { overBudget: true } });
    expect(await run('list', file, '--budget', '1GB')).toMatchObject({ code: 0, answer: { overBudget: false } });
    await expect(run('list', file, '--budget', 'much')).rejects.toThrow('--budget: expected a size such as 2GB');
  });

  it('drops old market data only when told twice, and leaves the journal whole', async () => {
    const file = await store();
    const before = holdingsOf(file);
    expect(await run('drop-tape', file, '--keep-days', '1')).toMatchObject({ code: 1 });
    expect(holdingsOf(file)).toEqual(before);
    expect(await run('drop-tape', file, '--keep-days', '1', '--yes')).toMatchObject({ code: 0 });
    const after = holdingsOf(file);
    expect(after).toMatchObject({ entries: before.entries, fills: 1, imported: 8, gaps: [] });
    expect(after.tape).toMatchObject({ from: T0 + 10 * DAY, quotes: 200 });
    expect(verifyFile(file)).toMatchObject({ ok: true });
    expect((await run('compact', file)).code).toBe(0);
    expect(holdingsOf(file).tape?.quotes).toBe(200);
  });

  it('keeps recordings within a policy: a dry run first, then file by file, never the journal', async () => {
    const root = tmpFolder();
    const old = join(root, 'old', 'keel.db');
    for (const [name, days] of [
      ['old', 40],
      ['new', 0],
    ] as const) {
      mkdirSync(join(root, name));
      const file = join(root, name, 'keel.db');
      // Enough for the recording to fill pages of its own.
      copyFileSync(await store(4_000), file);
      const at = Date.now() / 1_000 - days * 86_400;
      utimesSync(file, at, at);
    }
    const before = holdingsOf(old);
    const policy = ['retain', root, '--keep-days', '30'];
    const dry = await run(...policy);
    expect(dry).toMatchObject({ code: 0, answer: { done: null, steps: [{ file: old, act: 'drop-recording' }] } });
    expect(dry.said).toContain('nothing was done');
    expect(holdingsOf(old)).toEqual(before);
    const done = await run(...policy, '--yes');
    expect(done).toMatchObject({ code: 0, answer: { done: [{ step: { file: old }, fault: null }] } });
    expect(done.said).toContain('1 of 1');
    expect(holdingsOf(old)).toMatchObject({ entries: before.entries, fills: 1, imported: 8, tape: null });
    expect(holdingsOf(old).bytes).toBeLessThan(before.bytes);
    expect(holdingsOf(join(root, 'new', 'keel.db')).tape?.quotes).toBe(8_000);
    expect(verifyFile(old)).toMatchObject({ ok: true });
    expect(await run(...policy)).toMatchObject({ code: 0, answer: { steps: [] } });
    expect(await run('retain', root, '--budget', '1KB')).toMatchObject({ code: 1, answer: { isOver: true } });
  });

  it('leaves a session alone that is open', async () => {
    const root = tmpFolder();
    mkdirSync(join(root, 'a'));
    const file = join(root, 'a', 'keel.db');
    copyFileSync(await store(), file);
    const journal = createJournal(file);
    expect(storedSessions(root)).toMatchObject([{ file, isOpen: true, recordingBytes: 0 }]);
    journal.close();
  });

  it.each([
    [['retain', '.'], 'expected --budget, --keep-days or both'],
    [['retain', '/no/such/place', '--keep-days', '3'], 'there is no such folder'],
    [['shrink'], 'expected list, retain, compact or drop-tape, was "shrink"'],
    [['list', '/no/such/place'], 'there is no such file or folder'],
    [['drop-tape', '/no/such.db', '--keep-days', '1'], 'there is no such file'],
  ])('refuses %s', async (args, told) => {
    await expect(run(...args)).rejects.toThrow(told);
  });
});
