import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileFor } from '#main/app/own-page.ts';
import { type FramePort, Publisher } from '#main/ipc/publisher.ts';
import { answer, createThrottle, type Handlers, sizeOf } from '#main/ipc/router.ts';
import { CONTRACT } from '#shared/ipc/contract.ts';
import type { Frame, Sequenced } from '#shared/ipc/frames.ts';
import { METHOD_NAMES } from '#shared/ipc/methods.ts';
import { FaultError, fault } from '#shared/units/result.ts';

/** Handlers that note what reached them. */
function recording(): { readonly handlers: Handlers; readonly reached: string[] } {
  const reached: string[] = [];
  const handlers = Object.fromEntries(METHOD_NAMES.map((name) => [name, () => void reached.push(name)]));
  return { handlers: handlers as never, reached };
}

describe('the router', () => {
  it('has one schema per method, and so few that they can be read', () => {
    expect([...METHOD_NAMES].sort()).toEqual(Object.keys(CONTRACT).sort());
    expect(METHOD_NAMES.length).toBeLessThanOrEqual(60);
  });

  it('answers a fault for what does not fit, naming the field, and reaches no handler', async () => {
    const { handlers, reached } = recording();
    const bad: readonly (readonly [unknown, unknown, RegExp])[] = [
      ['nothing.here', {}, /no method/],
      ['__proto__', {}, /no method/],
      [42, {}, /no method/],
      ['hedge.propose', { underlying: 'BTC', ratio: Number.NaN }, /ratio/],
      ['hedge.propose', { underlying: 'BTC', ratio: 1, extra: 1 }, /extra/],
      ['staged.commit', { staged: 'x' }, /gesture/],
      ['orders.stage', { orders: [], gesture: {} }, /orders/],
      ['settings.save', { name: '../../evil', value: '' }, /name/],
      ['ticket.preview', { line: 'x'.repeat(400_000) }, /larger/],
    ];
    for (const [method, input, message] of bad) {
      const result = await answer(handlers, method, input);
      expect(result.ok, String(method)).toBe(false);
      if (!result.ok) expect(result.error.message).toMatch(message);
    }
    expect(reached).toEqual([]);
  });

  it('survives whatever a hostile page sends', async () => {
    const { handlers } = recording();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...METHOD_NAMES), fc.anything({ maxDepth: 4 }), async (method, input) => {
        const result = await answer(handlers, method, input);
        expect(typeof result.ok).toBe('boolean');
        if (!result.ok) expect(result.error.message).not.toContain('    at ');
      }),
      { numRuns: 2000 },
    );
  });

  it('turns what a handler throws into a fault without a stack', async () => {
    const { handlers } = recording();
    const failing = {
      ...handlers,
      'session.list': () => {
        throw new FaultError(fault('busy', 'a session is being opened'));
      },
    };
    expect(await answer(failing, 'session.list', {})).toEqual({
      ok: false,
      error: { code: 'busy', message: 'a session is being opened' },
    });
  });

  it('measures depth and size without walking for ever', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 20_000; i++) deep = [deep];
    expect(sizeOf(deep)).toBe(Number.POSITIVE_INFINITY);
    expect(sizeOf({ a: 'xyz' })).toBeLessThan(10);
  });

  it('throttles by the second', () => {
    let now = 0;
    const allowed = createThrottle(() => now, 3);
    expect([allowed(), allowed(), allowed(), allowed()]).toEqual([true, true, true, false]);
    now = 1000;
    expect(allowed()).toBe(true);
  });
});

describe('the publisher', () => {
  const port = (): FramePort & { readonly sent: Sequenced[] } => {
    const sent: Sequenced[] = [];
    return { sent, postMessage: (message) => void sent.push(message), close: () => undefined };
  };
  const positions = (directory: number): Frame => ({
    kind: 'positions',
    directory,
    rows: 0,
    at: 0,
    cells: new Float64Array(0),
  });
  const fills = (): Frame => ({ kind: 'fills', whole: false, fills: [] });

  it('conflates figures, never private events, and counts without gaps', () => {
    const publisher = new Publisher();
    const one = port();
    publisher.attach(one);
    publisher.publish(positions(1));
    publisher.publish(fills());
    publisher.publish(positions(2));
    publisher.publish(fills());
    publisher.publish({ kind: 'directory', directory: 2, rows: [] });
    publisher.flush();
    publisher.publish(positions(2));
    publisher.flush();
    expect(one.sent.map((message) => message.frame.kind)).toEqual([
      'directory',
      'fills',
      'fills',
      'positions',
      'positions',
    ]);
    expect(one.sent.map((message) => message.seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('gives each window its first positions whole, then what changed, and whole again when one has lost some', () => {
    const publisher = new Publisher();
    const [one, two] = [port(), port()];
    const steps = (of: typeof one) => of.sent.map(({ frame }) => (frame.kind === 'positions' ? frame.step : null));
    const send = (): void => {
      publisher.publish(positions(1));
      publisher.flush();
    };
    publisher.attach(one);
    send();
    send();
    publisher.attach(two);
    send();
    publisher.restart();
    send();
    expect(steps(one)).toEqual([0, 1, 2, 0]);
    expect(steps(two)).toEqual([0, 0]);
  });

  it('sends nothing to a window that has gone', () => {
    const publisher = new Publisher();
    const one = port();
    publisher.attach(one);
    publisher.detach(one);
    publisher.publish(fills());
    publisher.flush();
    expect(one.sent).toEqual([]);
  });
});

describe('the window’s own scheme', () => {
  const root = '/app/out/renderer';
  it('serves its own files and nothing beside them', () => {
    expect(fileFor(root, 'keel://app/')).toBe('/app/out/renderer/index.html');
    expect(fileFor(root, 'keel://app/assets/index-abc.js')).toBe('/app/out/renderer/assets/index-abc.js');
    const refused = [
      'keel://app/../main/index.js',
      'keel://app/%2e%2e/main/index.js',
      'keel://app/..%2fmain%2findex.js',
      'keel://other/index.html',
      'https://app/index.html',
      'keel://app/secret.db',
      'keel://app/assets',
    ];
    for (const url of refused) {
      const file = fileFor(root, url);
      expect(file === null || file.startsWith(`${root}/`), `${url} → ${file}`).toBe(true);
    }
    expect(fileFor(root, 'keel://app/..%2f..%2fetc%2fpasswd.js')).toBeNull();
  });
});
