// Alerts reach a real server of each kind in the form its documentation asks for; a channel that fails stops no other, and
// no token stands in what is told of it. Formats: docs.ntfy.sh/publish, core.telegram.org/bots/api#sendmessage.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channelOf } from '#main/alerts/channels.ts';
import { createDispatch } from '#main/alerts/dispatch.ts';
import { type Alert, DEFAULT_ALERT_RULES, goesOut } from '#shared/control/alert-rules.ts';
import { alertsFile } from '#shared/ipc/alerts-file.ts';
import { readJson } from '#shared/units/reading.ts';
import type { Fault } from '#shared/units/result.ts';
import { HOUR } from '#shared/units/time.ts';

const AT = Date.UTC(2020, 2, 12, 10, 30);
const ALERT: Alert = { at: AT, severity: 'critical', code: 'margin', text: 'perps USDC is critical: 82 %' };
const TOKEN = '123456:ABCDEFGHIJKLMNOP';

interface Request {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let base: string;
let taken: Request[];
let status: number;

beforeEach(async () => {
  taken = [];
  status = 200;
  server = createServer((request, answer) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      taken.push({ url: request.url, headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
      answer.writeHead(status).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

describe('channels', () => {
  it('post what a webhook, ntfy and Telegram expect', async () => {
    await channelOf({ kind: 'webhook', name: 'desk', on: true, url: `${base}/hook` }).send(ALERT);
    await channelOf({ kind: 'ntfy', name: 'desk', on: true, server: base, topic: 'keel' }).send(ALERT);
    await channelOf({ kind: 'telegram', name: 'desk', on: true, server: base, token: TOKEN, chat: '42' }).send(ALERT);
    const [hook, ntfy, telegram] = taken;
    expect(hook?.url).toBe('/hook');
    expect(JSON.parse(hook?.body ?? '')).toEqual({ ...ALERT, at: '2020-03-12T10:30:00Z' });
    expect(ntfy).toMatchObject({ url: '/keel', body: ALERT.text });
    expect(ntfy?.headers).toMatchObject({ title: 'Keel: critical', priority: '5', tags: 'margin' });
    expect(telegram?.url).toBe(`/bot${TOKEN}/sendMessage`);
    expect(JSON.parse(telegram?.body ?? '')).toEqual({ chat_id: '42', text: `Keel: critical\n${ALERT.text}` });
  });

  it('that fail are tried once more, told without a token, and stop no other', async () => {
    const told: Fault[] = [];
    const dead = channelOf({
      kind: 'telegram',
      name: 'dead',
      on: true,
      server: 'http://127.0.0.1:1',
      token: TOKEN,
      chat: '1',
    });
    const bad = channelOf({ kind: 'telegram', name: 'bad', on: true, server: base, token: TOKEN, chat: '1' });
    const seen: Alert[] = [];
    const well = { name: 'well', send: async (alert: Alert) => void seen.push(alert) };
    status = 403;
    await createDispatch([dead, bad, well], DEFAULT_ALERT_RULES, (reason) => told.push(reason))(ALERT);
    expect(taken.length).toBe(2);
    expect(seen).toEqual([ALERT]);
    expect(told.map((one) => one.message).sort()).toEqual([
      'telegram bad did not take an alert: status 403',
      'telegram dead could not be reached',
    ]);
    expect(JSON.stringify(told)).not.toContain(TOKEN);
  });
});

describe('what goes out', () => {
  const rules = { ...DEFAULT_ALERT_RULES, quietHours: { from: 10, to: 12 } };
  it('is nothing twice in a minute, and in quiet hours only what is critical', () => {
    expect(goesOut(ALERT, rules, null)).toBe(true);
    expect(goesOut(ALERT, rules, AT - 59_999)).toBe(false);
    expect(goesOut(ALERT, rules, AT - 60_000)).toBe(true);
    expect(goesOut({ ...ALERT, severity: 'watch' }, rules, null)).toBe(false);
    expect(goesOut({ ...ALERT, severity: 'watch', at: AT + 2 * HOUR }, rules, null)).toBe(true);
    expect(goesOut({ ...ALERT, severity: 'watch' }, { ...DEFAULT_ALERT_RULES, least: 'critical' }, null)).toBe(false);
    expect(goesOut({ ...ALERT, severity: 'note' }, DEFAULT_ALERT_RULES, null)).toBe(false);
  });

  it('is told by a file that is refused with its line', () => {
    const wrong = '{\n  "channels": [\n    { "kind": "ntfy", "topic": "a b" }\n  ]\n}';
    expect(() => readJson(alertsFile, wrong, 'alerts.json')).toThrow(
      'alerts.json, line 3, channels.0.topic: expected a topic',
    );
    expect(() => readJson(alertsFile, '{\n  "quiet": 1\n}', 'alerts.json')).toThrow(
      'line 2, quiet: expected no such field',
    );
  });
});
