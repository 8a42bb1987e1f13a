// What the form of the alerts writes: tokens stay with their server, figures keep their units, and the "would have fired" of
// the window is the one of the command line.
import { describe, expect, it } from 'vitest';
import { fileOf, formOf } from '#main/alerts/kept-tokens.ts';
import {
  alertsText,
  draftOf,
  thresholdsIn,
  thresholdsOf,
  withThresholds,
} from '#renderer/features/settings/alerts-draft.ts';
import { DEFAULT_THRESHOLDS } from '#shared/control/margin-monitor.ts';
import { type AlertsForm, alertsFile, alertsForm } from '#shared/ipc/alerts-file.ts';
import { readPolicies } from '#shared/ipc/control-policy-file.ts';
import { readJson } from '#shared/units/reading.ts';

const TOKEN = '123456:ABCDEFGHIJKLMNOP';
const OTHER = '654321:PONMLKJIHGFEDCBA';
const FILE = alertsFile.parse({
  quietHours: { from: 22, to: 6 },
  channels: [
    { kind: 'telegram', name: 'phone', token: TOKEN, chat: '42' },
    { kind: 'ntfy', name: 'desk', topic: 'keel', on: false },
  ],
});

describe('tokens', () => {
  const never = () => Promise.reject(new Error('asked'));
  const withChannel = (change: object): AlertsForm => {
    const form = formOf(FILE);
    return alertsForm.parse({
      ...form,
      channels: form.channels.map((one, at) => (at === 0 ? { ...one, ...change } : one)),
    });
  };

  it('do not go into the form, and come back into the file', async () => {
    const form = formOf(FILE);
    expect(JSON.stringify(form)).not.toContain(TOKEN);
    expect(await fileOf(form, FILE, never)).toEqual(FILE);
    expect(await fileOf(withChannel({ chat: '7' }), FILE, never)).toMatchObject({
      channels: [{ token: TOKEN, chat: '7' }, {}],
    });
  });

  it('are asked for anew where a window names another server, another bot, or wants it', async () => {
    for (const change of [{ server: 'https://evil.example' }, { name: 'other' }, { token: 'ask' }]) {
      const asked: string[] = [];
      const file = await fileOf(withChannel(change), FILE, async ({ name, server }) => {
        asked.push(`${name} at ${server}`);
        return OTHER;
      });
      expect(asked).toHaveLength(1);
      expect(JSON.stringify(file)).not.toContain(TOKEN);
      expect(file.channels[0]).toMatchObject({ ...change, token: OTHER });
    }
  });

  it('cannot be written by a window', () => {
    const text = JSON.stringify({ channels: [{ kind: 'telegram', token: TOKEN, chat: '42' }] });
    expect(() => readJson(alertsForm, text, 'alerts.json')).toThrow(/^alerts.json, line 1, channels.0.token: expected/);
  });
});

describe('the form', () => {
  it('writes the file it was made from', () => {
    const form = formOf(FILE);
    expect(readJson(alertsForm, alertsText(draftOf(form, null)), 'alerts.json')).toEqual(form);
  });

  it('leaves what is no figure to the file’s own rules, by name', () => {
    const draft = draftOf(formOf(FILE), null);
    const read = (change: object) => () => readJson(alertsForm, alertsText({ ...draft, ...change }), 'alerts.json');
    expect(read({ repeatSeconds: 'soon' })).toThrow(/repeatMs: expected/);
    expect(read({ repeatSeconds: '0.5' })).toThrow(/repeatMs: expected milliseconds, at least 1000/);
    expect(read({ quietFrom: '25' })).toThrow(/quietHours.from: expected an hour/);
    expect(read({ quietFrom: '' })).toThrow(/quietHours.from: expected/);
    expect(read({ quietFrom: '', quietTo: '' })()).toMatchObject({ quietHours: null });
  });

  it('changes the thresholds of the policies and nothing else in them', () => {
    const text = '{ "deleverager": { "targetRatio": 0.35 }, "margin-monitor": { "hysteresis": 0.2 } }';
    const draft = draftOf(formOf(FILE), thresholdsIn(text)).thresholds;
    if (draft === null) throw new Error('no thresholds');
    expect(draft).toEqual({
      ratioWatch: '50',
      ratioCritical: '80',
      sigmaWatch: '3',
      sigmaCritical: '1',
      hysteresis: '20',
    });
    const next = readPolicies(withThresholds(text, thresholdsOf({ ...draft, ratioWatch: '57' })), 'policies');
    const { ratio, sigmaDays } = DEFAULT_THRESHOLDS;
    expect(next.thresholds).toEqual({ ratio: { ...ratio, watch: 0.57 }, sigmaDays, hysteresis: 0.2 });
    expect(next.protection).toEqual(readPolicies(text, 'policies').protection);
  });
});
