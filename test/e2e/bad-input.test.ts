import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqlite } from '#main/store/driver.ts';
import { NODE_24, ROOT } from '#scripts/checkout.mjs';
import {
  closeDesk,
  type Desk,
  figure,
  metric,
  newProfile,
  openDesk,
  PATIENCE,
  removeProfile,
  reportOnScreen,
  told,
} from '#test/support/electron-desk.ts';
import { type CommandAnswer, journalOf, runProgram } from '#test/support/electron-journal.ts';

let folder: string;
let desk: Desk | undefined;

beforeEach(() => {
  folder = newProfile();
  desk = undefined;
});
afterEach(async () => {
  await closeDesk(desk);
  removeProfile(folder);
});

/** Neither here nor anywhere else may the trader see where in the program something went wrong. */
const STACK = /\n\s+at .+[:(]\d+|node:internal|UnhandledPromise/;
/** What a loaded machine says beside: no fault of the input. */
const SLOW_DISK = /^the store took \d+ ms to /;

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

interface Strange {
  readonly what: string;
  readonly says: RegExp;
  readonly make: (file: string) => void;
}

function alter(file: string, sql: string): void {
  const database = new (sqlite())(file);
  database.exec(sql);
  database.close();
}

/** Files that must be refused and left as they are. */
const STRANGE: readonly Strange[] = [
  {
    what: 'a database of another program',
    says: /keel\.db: expected a Keel journal, was a SQLite database without application id; left untouched/,
    make: (file) => {
      rmSync(file);
      alter(file, 'CREATE TABLE bookmarks (address TEXT); INSERT INTO bookmarks VALUES (1)');
    },
  },
  {
    what: 'a session of a newer Keel',
    says: /keel\.db: written by a newer Keel \(schema 99, this one knows \d+\); left untouched/,
    make: (file) => alter(file, 'PRAGMA user_version = 99'),
  },
  {
    what: 'a file that is no database',
    says: /keel\.db: expected a Keel journal, was not a SQLite database; left untouched/,
    make: (file) => writeFileSync(file, 'dear diary, '.repeat(1000)),
  },
];

test('sessions that are not ours to open are refused on the start screen, and untouched', async () => {
  desk = await openDesk(folder, ['--tape=march-2020', '--speed=1']);
  await reportOnScreen(desk.window);
  const sound = (await told(desk.window, 'session.list', {})).current ?? '';
  await desk.keel.close();
  const sessions = join(folder, 'sessions');
  const card = JSON.parse(readFileSync(join(sessions, sound, 'session.json'), 'utf8'));
  const strange = STRANGE.map((one, at) => {
    const id = `strange-${at}`;
    cpSync(join(sessions, sound), join(sessions, id), { recursive: true });
    // The number of fills tells the choices of the start screen apart.
    writeFileSync(join(sessions, id, 'session.json'), JSON.stringify({ ...card, fills: 100 + at }));
    const file = journalOf(folder, id);
    one.make(file);
    return { ...one, file, choice: `${100 + at} fills`, hash: hashOf(file), beside: readdirSync(join(sessions, id)) };
  });

  desk = await openDesk(folder);
  const { window } = desk;
  for (const { what, says, file, choice, hash, beside } of strange) {
    await window.getByRole('button', { name: choice }).click();
    await expect.poll(() => window.getByRole('alert').allInnerTexts(), PATIENCE).toEqual([expect.stringMatching(says)]);
    expect((await window.getByRole('alert').innerText()).match(STACK), what).toBeNull();
    expect(await window.getByRole('heading', { name: 'Start on a tape' }).isVisible()).toBe(true);
    expect((await told(window, 'session.list', {})).current).toBeNull();
    expect(hashOf(file), what).toBe(hash);
    expect(readdirSync(dirname(file)), what).toEqual(beside);
  }
  await window.getByRole('button', { name: /· 0 fills ·/ }).click();
  await reportOnScreen(window);
  expect((await told(window, 'session.list', {})).current).toBe(sound);
});

/** A copy of what was built, with resources of its own that can be damaged. */
function copyOfKeel(): string {
  const root = join(folder, 'keel');
  mkdirSync(root);
  for (const part of ['out', 'resources']) cpSync(join(ROOT, part), join(root, part), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(root, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'dir');
  return root;
}

function edit(root: string, name: string, change: (text: string) => string): void {
  const file = join(root, 'resources', name);
  const text = readFileSync(file, 'utf8');
  expect(change(text)).not.toBe(text);
  writeFileSync(file, change(text));
}

const DAMAGE = [
  {
    what: 'a tape with a price that is none',
    name: 'tapes/march-2020.csv',
    change: (text: string) => text.replace(/^(1583884800000,[^,]*),[^,]*/m, '$1,high'),
    says: /tapes\/march-2020\.csv, line 2, high: expected .*, was "?high"?/,
  },
  {
    what: 'a book with a quantity that is none',
    name: 'demo/book-march-2020.json',
    change: (text: string) => text.replace('"quantity": "-2"', '"quantity": "minus two"'),
    says: /demo\/book-march-2020\.json, line \d+, accounts\.0\.positions\.0\.quantity: expected .*, was "minus two"/,
  },
  {
    what: 'a configuration without a field',
    name: 'tapes/index.json',
    change: (text: string) => text.replace('"title"', '"tilte"'),
    says: /tapes\/index\.json, line \d+, .*: /,
  },
  {
    what: 'a surface that is cut off',
    name: 'surfaces/btc-template.json',
    change: (text: string) => text.slice(0, text.length / 2),
    says: /surfaces\/btc-template\.json, line \d+, text: expected JSON, was /,
  },
] as const;

describe('damaged resources', () => {
  test.each(DAMAGE)(
    '$what: `keel run` names file, line and field, and nothing starts',
    async ({ name, change, says }) => {
      const root = copyOfKeel();
      edit(root, name, change);
      const record = join(folder, 'run.db');
      const cli = join(root, 'out', 'cli', 'keel.js');
      const answer = await runProgram(NODE_24, [cli, 'run', '--for', '1s', '--record', record]);
      const said = answer.err.trim().split('\n');
      expect(said.filter((line) => !SLOW_DISK.test(line))).toEqual([expect.stringMatching(says)]);
      expect(answer).toMatchObject({ code: 2, out: '' });
      expect(readdirSync(folder).filter((one) => one.startsWith('run.db'))).toEqual([]);
    },
  );

  test('the window says the same, trades nothing and leaves nothing behind', async () => {
    const root = copyOfKeel();
    const [{ name, change, says }] = DAMAGE;
    edit(root, name, change);
    desk = await openDesk(folder, [], {}, root);
    const { window } = desk;
    await window.getByRole('button', { name: /^12–13 March 2020/ }).click();
    await expect.poll(() => window.getByRole('alert').innerText(), PATIENCE).toMatch(says);
    expect((await told(window, 'session.list', {})).current).toBeNull();
    expect(readdirSync(join(folder, 'sessions'))).toEqual([]);
    // The other tape is sound.
    await window.getByRole('button', { name: /^19 May 2021/ }).click();
    await reportOnScreen(window);
  });
});

describe('a strange place to start', () => {
  test.each([
    { LANG: 'C', LC_ALL: 'C' },
    { LANG: 'tlh_KX.UTF-8', LC_ALL: '' },
  ])('LANG=$LANG', async (env) => {
    desk = await openDesk(folder, ['--tape=march-2020', '--speed=1'], env);
    await reportOnScreen(desk.window);
    expect(figure(await metric(desk.window, 'BTC').innerText())).toBeGreaterThan(1000);
    await expect
      .poll(
        () =>
          desk?.window
            .getByText(/^Worst cell/)
            .first()
            .innerText(),
        PATIENCE,
      )
      .toMatch(/USD at spot/);
  });

  test('settings that cannot be read are replaced by the default ones', async () => {
    for (const name of ['layout.risk', 'theme', 'appearance', 'density']) {
      writeFileSync(join(folder, 'settings', `${name}.txt`), '{"global": [');
    }
    desk = await openDesk(folder, ['--tape=march-2020', '--speed=1']);
    await reportOnScreen(desk.window);
    await desk.window.getByRole('grid', { name: /vol by spot/ }).waitFor();
  });

  const start = (...args: readonly string[]): Promise<CommandAnswer> =>
    runProgram(process.execPath, [join(ROOT, 'scripts', 'start.mjs'), ...args, `--user-data-dir=${folder}`], {
      DISPLAY: undefined,
      WAYLAND_DISPLAY: undefined,
    });

  test('without a display: the report as a table, a picture, and the end after the time asked for', async () => {
    const picture = join(folder, 'picture.png');
    const { code, out, err } = await start('--for', '8s', '--screenshot', picture);
    expect(err).toMatch(/no display: running on a virtual one \(:\d+\)/);
    expect(out).toMatch(/^risk report \d+ as of 2020-03-12T09:/m);
    for (const part of ['instrument', 'net over', 'margin pool', 'BTC-PERPETUAL', 'options BTC', 'worst cell of BTC']) {
      expect(out).toContain(part);
    }
    expect(out).toContain(`screenshot: ${picture}`);
    expect(readFileSync(picture).subarray(1, 4).toString()).toBe('PNG');
    expect(readFileSync(picture).length).toBeGreaterThan(50_000);
    expect(out + err).not.toMatch(STACK);
    expect(code).toBe(0);
  });

  test.each([
    [['--tape', 'nowhere'], /^keel: .*nowhere/m],
    [['--speed', '9000'], /^keel: --speed: expected a number from 1 to 3600, was "9000"$/m],
    [['--for', 'ever'], /^keel: --for: expected a duration such as 60s, was "ever"$/m],
  ] as const)('%j ends in one clear line', async (args, says) => {
    const { code, out, err } = await start(...args);
    expect(err).toMatch(says);
    expect(out + err).not.toMatch(STACK);
    expect(code).toBe(1);
    expect(existsSync(join(folder, 'sessions')) ? readdirSync(join(folder, 'sessions')) : []).toEqual([]);
  });
});
