import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import { channelsOf } from '#main/alerts/channels.ts';
import { createDispatch, problemSending } from '#main/alerts/dispatch.ts';
import { fileOf, formOf } from '#main/alerts/kept-tokens.ts';
import { unpackFrame } from '#main/keys/frames.ts';
import type { SecretPrompt } from '#main/keys/secret-prompt.ts';
import { firedAlong } from '#main/session/fired-history.ts';
import type { Alert } from '#shared/control/alert-rules.ts';
import type { AlertsInput, AlertsView, ChannelTest, FiredHistory } from '#shared/ipc/alerts.ts';
import { type AlertsFile, alertsFile, alertsForm, botToken } from '#shared/ipc/alerts-file.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { readJson } from '#shared/units/reading.ts';
import { type Fault, FaultError, fault, toFault, unwrap } from '#shared/units/result.ts';
import { DAY, MINUTE } from '#shared/units/time.ts';
import { ownChannels } from './desktop-alerts.ts';
import type { Hand } from './hand.ts';
import { askSecret, portPair } from './secret-window.ts';
import type { Terminal } from './terminal.ts';

const FILE = 'alerts.json';
const BAR_MS = 30 * MINUTE;

export interface AlertDeskOptions {
  readonly folder: string;
  readonly outRoot: string;
  readonly window: () => BrowserWindow;
  readonly theme: () => SecretPrompt['theme'];
  readonly hand: Hand;
  readonly onFault: (reason: Fault) => void;
}

/** Alerts beside the window: the channels of alerts.json, and the form that writes it. */
export interface AlertDesk {
  /** Something the trader should hear of. */
  tell(alert: Alert): void;
  act(input: AlertsInput, terminal: Terminal): Promise<AlertsView>;
}

/** The bot's token, typed into main's own window: no page sees it. Rejects with `cancelled`. */
async function askToken({ outRoot, window, theme }: AlertDeskOptions, about: string): Promise<string> {
  let token = '';
  const typed = (bytes: Uint8Array): void => {
    const { secret } = unpackFrame(bytes);
    const parsed = botToken.safeParse(Buffer.from(secret).toString('utf8').trim());
    bytes.fill(0);
    if (!parsed.success) throw new FaultError(fault('bad-token', 'expected a bot token such as 123456:ABC…'));
    token = parsed.data;
  };
  await askSecret(
    { outRoot, parent: window() },
    {
      prompt: { title: 'Telegram', about, label: 'Bot token', action: 'Keep it', twice: false, theme: theme() },
      again: (code) => code === 'bad-token',
      ask: (show) =>
        new Promise((resolve, reject) => {
          const ports = portPair();
          ports.signer.once('message', ({ data }) => {
            try {
              typed(data as Uint8Array);
              resolve();
            } catch (thrown) {
              reject(thrown);
            } finally {
              ports.signer.close();
            }
          });
          ports.signer.start();
          show({}, ports.window);
        }),
    },
  );
  return token;
}

async function history(
  terminal: Terminal,
  { underlying, thresholds }: Extract<AlertsInput, { act: 'history' }>,
): Promise<FiredHistory> {
  const session = terminal.session();
  const assembled = session.assemble();
  if (assembled === null) throw new FaultError(fault('no-market', 'there is no market yet'));
  const candles = terminal.candles(underlying as UnderlyingId, BAR_MS).slice(-DAY / BAR_MS);
  if (candles.length === 0) {
    throw new FaultError(fault('no-history', `no prices of ${underlying} have been recorded in this session yet`));
  }
  return firedAlong(assembled, candles, thresholds);
}

export function createAlertDesk(options: AlertDeskOptions): AlertDesk {
  const { folder, hand, onFault } = options;
  const file = join(folder, FILE);
  let rules = alertsFile.parse({});
  let problem: string | null = null;
  let asking = false;
  try {
    if (existsSync(file)) rules = readJson(alertsFile, readFileSync(file, 'utf8'), FILE);
  } catch (thrown) {
    // A file that cannot be meant is told, and the desktop stays.
    problem = toFault(thrown).message;
    onFault(toFault(thrown));
  }
  const channelsNow = () => [...ownChannels(rules), ...channelsOf(rules)];
  let dispatch = createDispatch(channelsNow(), rules, onFault);

  function write(next: AlertsFile): void {
    const draft = `${file}.new`;
    writeFileSync(draft, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
    // A draft that a crash has left behind keeps the rights it had.
    chmodSync(draft, 0o600);
    renameSync(draft, file);
    [rules, problem] = [next, null];
    dispatch = createDispatch(channelsNow(), rules, onFault);
  }

  async function save(text: string): Promise<void> {
    if (asking) throw new FaultError(fault('busy', 'a secret is being asked for'));
    const form = readJson(alertsForm, text, FILE);
    asking = true;
    try {
      write(await fileOf(form, rules, ({ name, server }) => askToken(options, `The bot of “${name}” at ${server}`)));
    } finally {
      asking = false;
    }
  }

  async function test(at: number): Promise<readonly ChannelTest[]> {
    const alert: Alert = { at, severity: 'watch', code: 'test', text: 'This is a test: alerts arrive here.' };
    return Promise.all(
      channelsNow().map(async (one) => ({ channel: one.name, problem: await problemSending(one, alert) })),
    );
  }

  return {
    tell: (alert) => void dispatch(alert),
    async act(input, terminal) {
      // What leaves the machine, and where to, is changed by the trader's own hand.
      if ('gesture' in input) unwrap(hand.vouch(input.gesture));
      if (input.act === 'save') await save(input.text);
      const tests = input.act === 'test' ? await test(terminal.now()) : null;
      const fired = input.act === 'history' ? await history(terminal, input) : null;
      return { file, form: formOf(rules), problem, tests, history: fired };
    },
  };
}
