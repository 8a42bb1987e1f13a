import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { METHOD_NAMES } from '#shared/ipc/methods.ts';
import { closeDesk, type Desk, openSession, PATIENCE, told } from '#test/support/electron-desk.ts';

const ELSEWHERE = 'https://example.com/';

/** What code in the page could try; each answers "blocked: why" or what it achieved. Runs as a task of the page's own. */
const ATTEMPTS = {
  eval: () => String(Reflect.apply(Reflect.get(globalThis, 'eval'), null, ['1 + 1'])),
  'new Function': () => String(new Function('return 1')()),
  'a timer from text': () => String(setTimeout('globalThis.stolen = 1')),
  'an inline script': () => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.stolen = 1';
    document.body.append(script);
    script.remove();
    return 'stolen' in globalThis ? 'it ran' : 'blocked: did not run';
  },
  innerHTML: () => {
    document.createElement('div').innerHTML = '<img src=x onerror="globalThis.stolen=1">';
    return 'it was set';
  },
  'an attribute handler': () => {
    const button = document.createElement('button');
    button.setAttribute('onclick', 'globalThis.stolen = 1');
    button.click();
    return 'stolen' in globalThis ? 'it ran' : 'blocked: did not run';
  },
  'a policy for trusted types': () => {
    const types: unknown = Reflect.get(globalThis, 'trustedTypes');
    const create: unknown = Reflect.get(Object(types), 'createPolicy');
    return String(Reflect.apply(create as (name: string, rules: object) => unknown, types, ['mine', {}]));
  },
  fetch: async () => String((await fetch('https://example.com/')).status),
  'fetch of a file': async () => String((await fetch('file:///etc/hostname')).status),
  'fetch of the own origin': async () => String((await fetch('keel://app/index.html')).status),
  XMLHttpRequest: () =>
    new Promise<string>((resolve) => {
      const request = new XMLHttpRequest();
      request.onerror = () => resolve('blocked: error event');
      request.onload = () => resolve(String(request.status));
      request.open('GET', 'https://example.com/');
      request.send();
    }),
  WebSocket: () =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket('wss://example.com/');
      socket.onerror = () => resolve('blocked: error event');
      socket.onopen = () => resolve('it is open');
    }),
  EventSource: () =>
    new Promise<string>((resolve) => {
      const source = new EventSource('https://example.com/');
      source.onerror = () => resolve('blocked: error event');
      source.onopen = () => resolve('it is open');
    }),
  'an image from elsewhere': () =>
    new Promise<string>((resolve) => {
      const image = new Image();
      image.onerror = () => resolve('blocked: error event');
      image.onload = () => resolve('it is there');
      image.src = 'https://example.com/pixel.png';
    }),
  'a worker': () =>
    new Promise<string>((resolve) => {
      const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
      worker.onerror = () => resolve('blocked: error event');
      worker.onmessage = () => resolve('it runs');
    }),
  'an import from elsewhere': async () =>
    Object.keys(await import(/* @vite-ignore */ 'data:text/javascript,export default 1')).join(),
  'a new window': () => (window.open('https://example.com/') === null ? 'blocked: null' : 'it is open'),
  'a window of the own page': () => (window.open('keel://app/index.html') === null ? 'blocked: null' : 'it is open'),
  notifications: async () => {
    const said = await Notification.requestPermission();
    return said === 'denied' ? 'blocked: denied' : said;
  },
  'the microphone': async () => (await navigator.mediaDevices.getUserMedia({ audio: true })).id,
  'where the trader is': () =>
    new Promise<string>((resolve) => {
      navigator.geolocation.getCurrentPosition(
        () => resolve('known'),
        (error) => resolve(`blocked: ${error.code === error.PERMISSION_DENIED ? 'denied' : error.message}`),
      );
    }),
} as const;

/** Things that are nobody's input: each must come back as a fault, never as an exception or a stack. */
const NONSENSE: readonly unknown[] = [
  undefined,
  null,
  42,
  'text',
  [],
  [{}],
  { unknown: 1 },
  { gesture: 'none', staged: 7, line: {}, orders: 'all' },
  { line: 'x'.repeat(400_000), name: 'x'.repeat(400_000) },
  { name: '../../keel', value: 1 },
  { tape: '../../../etc/passwd', speed: 1, session: '../..' },
  { underlying: 'BTC', ratio: Number.NaN, spot: Number.POSITIVE_INFINITY, days: -1 },
];

/** Threat model: the page is hostile. It gets the contract's functions and nothing else. */
describe('a hostile page', () => {
  let desk: Desk;
  let window: Page;

  beforeAll(async () => {
    desk = await openSession();
    window = desk.window;
  });
  afterAll(() => closeDesk(desk));

  test('finds the names of the contract and no other door', async () => {
    const found = await window.evaluate(() => ({
      names: Object.keys(window.keel),
      kinds: [...new Set(Object.values(window.keel).map((one) => typeof one))],
      node: ['require', 'process', 'Buffer', 'module', 'global', 'electron', 'ipcRenderer'].filter(
        (one) => one in globalThis,
      ),
      frames: window.length,
      opener: window.opener,
    }));
    expect([...found.names].sort()).toEqual([...METHOD_NAMES].sort());
    expect(found).toMatchObject({ kinds: ['function'], node: [], frames: 0, opener: null });
  });

  test('cannot put other functions in the bridge', async () => {
    const same = await window.evaluate(async () => {
      const bridge: object = window.keel;
      const before = Reflect.get(bridge, 'staged.commit');
      Reflect.set(bridge, 'staged.commit', () => 'mine');
      Reflect.set(window, 'keel', {});
      return Reflect.get(window, 'keel') === bridge && Reflect.get(bridge, 'staged.commit') === before;
    });
    expect(same).toBe(true);
  });

  test.each(Object.keys(ATTEMPTS) as (keyof typeof ATTEMPTS)[])('is denied: %s', async (name) => {
    // In a timer, so that the page's policy applies and not the debugger's.
    const source = ATTEMPTS[name].toString();
    const outcome = await window.evaluate(
      `new Promise((resolve) => setTimeout(async () => {
        try { resolve(String(await (${source})())); } catch (thrown) { resolve('blocked: ' + thrown); }
      }))`,
    );
    console.log(name, outcome);
    expect(outcome).toMatch(/^blocked: /);
    expect(await window.evaluate(() => 'stolen' in globalThis)).toBe(false);
    expect(desk.keel.app.windows()).toHaveLength(1);
  });

  test.each([ELSEWHERE, 'file:///etc/passwd', 'javascript:globalThis.stolen=1', 'data:text/html,<p>hello'])(
    'cannot lead the window to %s',
    async (address) => {
      const here = window.url();
      await window.evaluate((to) => {
        const link = document.createElement('a');
        link.href = to;
        document.body.append(link);
        link.click();
        link.remove();
        window.location.assign(to);
      }, address);
      await expect.poll(() => window.getByRole('treegrid', { name: 'Positions' }).isVisible(), PATIENCE).toBe(true);
      expect(window.url()).toBe(here);
      expect(await window.evaluate(() => 'stolen' in globalThis)).toBe(false);
    },
  );

  test('gets a fault for every input that is not one', async () => {
    const answers = await window.evaluate(async (nonsense) => {
      const found: { method: string; answer: unknown }[] = [];
      for (const [method, call] of Object.entries(window.keel) as [string, (input: unknown) => Promise<unknown>][]) {
        for (const input of nonsense) {
          const answer = await call(input);
          found.push({ method, answer });
          // The limit on calls is tested elsewhere.
          await new Promise((resolve) => setTimeout(resolve, 6));
        }
      }
      return found;
    }, NONSENSE);
    expect(answers).toHaveLength(METHOD_NAMES.length * NONSENSE.length);
    for (const { method, answer } of answers) {
      expect(answer, method).toMatchObject({
        ok: false,
        error: { code: expect.stringMatching(/^input(-too-large)?$/), message: expect.stringContaining(method) },
      });
      expect(JSON.stringify(answer), method).not.toMatch(/\bat .+:\d+:\d+|node_modules|\.ts\b/);
    }
  });

  test('is cut off when it calls without end, and heard again a second later', async () => {
    const codes = await window.evaluate(async () => {
      const calls = Array.from({ length: 400 }, () => window.keel['settings.load']({ name: 'tour' }));
      return (await Promise.all(calls)).map((answer) => (answer.ok ? 'ok' : answer.error.code));
    });
    expect(codes.filter((code) => code === 'throttled').length).toBeGreaterThan(100);
    expect(codes).toContain('ok');
    await expect
      .poll(async () => (await window.evaluate(() => window.keel['settings.load']({ name: 'tour' }))).ok, PATIENCE)
      .toBe(true);
  });

  test('leaves the terminal as it was', async () => {
    expect((await told(window, 'tape.control', {})).id).toBe('march-2020');
    expect(desk.exceptions.filter((message) => !/Trusted|Content Security|violates/.test(message))).toEqual([]);
    desk.exceptions.splice(0);
  });
});
