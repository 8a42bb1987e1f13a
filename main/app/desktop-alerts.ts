import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Notification, shell } from 'electron';
import type { AlertChannel } from '#main/alerts/channel.ts';
import { channelOf } from '#main/alerts/channels.ts';
import { createDispatch } from '#main/alerts/dispatch.ts';
import type { Alert } from '#shared/control/alert-rules.ts';
import { alertsFile } from '#shared/ipc/alerts-file.ts';
import { readJson } from '#shared/units/reading.ts';
import { type Fault, toFault } from '#shared/units/result.ts';

const FILE = 'alerts.json';

/** A notification of the desktop; it never takes the focus. */
const desktop: AlertChannel = {
  name: 'desktop',
  async send({ severity, text }) {
    if (!Notification.isSupported()) return;
    new Notification({
      title: `Keel: ${severity}`,
      body: text,
      silent: true,
      urgency: severity === 'critical' ? 'critical' : 'normal',
    }).show();
  },
};

const sound: AlertChannel = {
  name: 'sound',
  async send() {
    shell.beep();
  },
};

/** Alerts beside the window, as `alerts.json` in the data folder says. A file that cannot be meant is told, and the desktop stays. */
export function alertsBesideWindow(folder: string, onFault: (reason: Fault) => void): (alert: Alert) => void {
  const file = join(folder, FILE);
  let rules = alertsFile.parse({});
  try {
    if (existsSync(file)) rules = readJson(alertsFile, readFileSync(file, 'utf8'), FILE);
  } catch (thrown) {
    onFault(toFault(thrown));
  }
  const own = [...(rules.desktop ? [desktop] : []), ...(rules.sound ? [sound] : [])];
  const dispatch = createDispatch([...own, ...rules.channels.map((one) => channelOf(one))], rules, onFault);
  return (alert) => void dispatch(alert);
}
