import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { METHOD_NAMES } from '#shared/ipc/methods.ts';
import { closeDesk, type Desk, openSession, PATIENCE, told } from '#test/support/electron-desk.ts';

const ELSEWHERE = 'https://example.com/';

interface Attempt {
  readonly name: string;
  /** What stops it: a directive of the policy, or the sentence that names the refusal. */
  readonly by: RegExp;
  /** Source of a function that runs in the page and answers what it achieved. */
  readonly source: string;
}

function attempt(name: string, by: RegExp, what: (() => unknown) | string): Attempt {
  return { name, by, source: String(what) };
}

/** What code in the page could try. */
const ATTEMPTS: readonly Attempt[] = [
  attempt('eval', /EvalError.*unsafe-eval/, () => Reflect.apply(Reflect.get(globalThis, 'eval'), null, ['1 + 1'])),
  attempt('new Function', /EvalError.*unsafe-eval/, () => new Function('return 1')()),
  attempt('a timer from text', /TrustedScript/, () => setTimeout('globalThis.stolen = 1')),
  attempt('an inline script', /TrustedScript/, () => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.stolen = 1';
    document.body.append(script);
  }),
  attempt('innerHTML', /TrustedHTML/, () => {
    document.createElement('div').innerHTML = '<img src=x onerror="globalThis.stolen=1">';
  }),
  attempt('an attribute handler', /TrustedScript/, () => {
    const button = document.createElement('button');
    button.setAttribute('onclick', 'globalThis.stolen = 1');
    button.click();
  }),
  attempt('a policy for trusted types', /Policy "mine" disallowed/, () => {
    const types: object = Reflect.get(globalThis, 'trustedTypes');
    return Reflect.apply(Reflect.get(types, 'createPolicy'), types, ['mine', {}]);
  }),
  attempt('a worker', /TrustedScriptURL/, () => new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])))),
  attempt(
    'an import from elsewhere',
    /script-src/,
    'async () => await import("data:text/javascript,export default 1")',
  ),
  attempt('fetch', /connect-src/, () => fetch('https://example.com/')),
  attempt('fetch of a file', /connect-src/, () => fetch('file:///etc/hostname')),
  attempt('fetch of the own origin', /connect-src/, () => fetch('keel://app/index.html')),
  attempt('sendBeacon', /connect-src/, () => navigator.sendBeacon('https://example.com/', 'x')),
  attempt('XMLHttpRequest', /connect-src/, () => {
    const request = new XMLHttpRequest();
    request.open('GET', 'https://example.com/');
    request.send();
  }),
  attempt('WebSocket', /connect-src/, () => void new WebSocket('wss://example.com/')),
  attempt('EventSource', /connect-src/, () => void new EventSource('https://example.com/')),
  attempt('an image from elsewhere', /img-src/, () => {
    new Image().src = 'https://example.com/pixel.png';
  }),
  attempt('a frame', /frame-src/, () => {
    const frame = document.createElement('iframe');
    frame.src = 'https://example.com/';
    document.body.append(frame);
  }),
  attempt('a form', /form-action/, () => {
    const form = document.createElement('form');
    form.action = 'https://example.com/';
    document.body.append(form);
    form.submit();
  }),
  attempt('a base address', /base-uri/, () => {
    const base = document.createElement('base');
    base.href = 'https://example.com/';
    document.head.append(base);
  }),
  attempt('a new window', /: null/, () => window.open('https://example.com/')),
  attempt('a window of the own page', /: null/, () => window.open('keel://app/index.html')),
  attempt('notifications', /: denied/, () => Notification.requestPermission()),
  attempt('the microphone', /: denied/, async () => {
    const asked = await navigator.permissions.query({ name: 'microphone' });
    return asked.state;
  }),
  attempt('where the trader is', /: denied/, () => {
    const denied = (error: GeolocationPositionError) =>
      error.code === error.PERMISSION_DENIED ? 'denied' : error.message;
    return new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(resolve, (error) => resolve(denied(error))),
    );
  }),
];

/** Runs an attempt as a task of the page's own, where its policy applies and not the debugger's, and says what came of it. */
function outcomeOf(page: Page, { source, by }: Attempt): Promise<string> {
  return page.evaluate(`new Promise((resolve) => setTimeout(async () => {
    const violated = [];
    const note = (event) => violated.push(event.effectiveDirective);
    document.addEventListener('securitypolicyviolation', note);
    let outcome;
    try { outcome = await (${source})(); } catch (thrown) { outcome = thrown; }
    const told = () => 'it came to: ' + outcome + ' ' + violated.join(' ');
    // Violations are told of a task later, those of frames by main.
    const end = Date.now() + ${PATIENCE.timeout};
    while (!${by}.test(told()) && Date.now() < end) await new Promise((next) => setTimeout(next, 10));
    document.removeEventListener('securitypolicyviolation', note);
    document.querySelectorAll('iframe, form, base, script:not([src])').forEach((one) => one.remove());
    resolve(told());
  }))`);
}

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
  let page: Page;

  beforeAll(async () => {
    desk = await openSession();
    page = desk.window;
  });
  afterAll(() => closeDesk(desk));

  test('finds the names of the contract and no other door', async () => {
    const found = await page.evaluate(() => ({
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
    const same = await page.evaluate(async () => {
      const bridge: object = window.keel;
      const before = Reflect.get(bridge, 'staged.commit');
      Reflect.set(bridge, 'staged.commit', () => 'mine');
      Reflect.set(window, 'keel', {});
      return Reflect.get(window, 'keel') === bridge && Reflect.get(bridge, 'staged.commit') === before;
    });
    expect(same).toBe(true);
  });

  test.each(ATTEMPTS)('is denied: $name', async (one) => {
    expect(await outcomeOf(page, one)).toMatch(one.by);
    expect(await page.evaluate(() => 'stolen' in globalThis)).toBe(false);
    expect(desk.keel.app.windows()).toHaveLength(1);
  });

  test.each([ELSEWHERE, 'file:///etc/passwd', 'javascript:globalThis.stolen=1', 'data:text/html,<p>hello'])(
    'cannot lead the window to %s',
    async (address) => {
      const here = page.url();
      await page.evaluate((to) => {
        const link = document.createElement('a');
        link.href = to;
        document.body.append(link);
        link.click();
        link.remove();
        window.location.assign(to);
      }, address);
      await expect.poll(() => page.getByRole('treegrid', { name: 'Positions' }).isVisible(), PATIENCE).toBe(true);
      expect(page.url()).toBe(here);
      expect(await page.evaluate(() => 'stolen' in globalThis)).toBe(false);
    },
  );

  test('gets a fault for every input that is not one', async () => {
    const answers = await page.evaluate(async (nonsense) => {
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
    const codes = await page.evaluate(async () => {
      const calls = Array.from({ length: 400 }, () => window.keel['settings.load']({ name: 'tour' }));
      return (await Promise.all(calls)).map((answer) => (answer.ok ? 'ok' : answer.error.code));
    });
    expect(codes.filter((code) => code === 'throttled').length).toBeGreaterThan(100);
    expect(codes).toContain('ok');
    await expect
      .poll(async () => (await page.evaluate(() => window.keel['settings.load']({ name: 'tour' }))).ok, PATIENCE)
      .toBe(true);
  });

  test('leaves the terminal as it was', async () => {
    expect((await told(page, 'tape.control', {})).id).toBe('march-2020');
    expect(desk.exceptions.filter((message) => !/Trusted|Content Security|violates/.test(message))).toEqual([]);
    desk.exceptions.splice(0);
  });
});
