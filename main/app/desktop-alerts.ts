import { Notification, shell } from 'electron';
import type { AlertChannel } from '#main/alerts/channel.ts';
import type { AlertsFile } from '#shared/ipc/alerts-file.ts';

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

/** The desktop's own channels that a file asks for. */
export function ownChannels(rules: Pick<AlertsFile, 'desktop' | 'sound'>): readonly AlertChannel[] {
  return [...(rules.desktop ? [desktop] : []), ...(rules.sound ? [sound] : [])];
}
