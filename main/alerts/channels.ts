import type { Alert } from '#shared/control/alert-rules.ts';
import type { AlertsFile, ChannelFile } from '#shared/ipc/alerts-file.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { isoSeconds } from '#shared/units/time.ts';
import { type AlertChannel, type Post, post } from './channel.ts';

const TAKEN_BELOW = 300;
const JSON_TYPE = { 'content-type': 'application/json' };
/** ntfy's own scale: 5 breaks through "do not disturb". */
const NTFY_PRIORITY: Readonly<Record<Alert['severity'], string>> = { note: '2', watch: '4', critical: '5' };

function titleOf({ severity }: Alert): string {
  return `Keel: ${severity}`;
}

/** A channel whose alerts are one request each. A status that does not say "taken" is a fault without the address in it. */
function overHttp(
  name: string,
  request: (alert: Alert) => {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  },
  send: Post,
): AlertChannel {
  return {
    name,
    async send(alert) {
      const { url, headers, body } = request(alert);
      const status = await send(url, headers, body);
      if (status < TAKEN_BELOW) return;
      throw new FaultError(fault('alert-refused', `${name} did not take an alert: status ${status}`, { status }));
    },
  };
}

/** The channels of a file that are on. */
export function channelsOf({ channels }: AlertsFile): readonly AlertChannel[] {
  return channels.filter(({ on }) => on).map((one) => channelOf(one));
}

/** The channel a file describes: webhook (our own JSON), ntfy (its publishing headers), Telegram (Bot API sendMessage). */
export function channelOf(file: ChannelFile, send: Post = post): AlertChannel {
  switch (file.kind) {
    case 'webhook':
      return overHttp(
        `webhook ${file.name}`,
        (alert) => ({
          url: file.url,
          headers: JSON_TYPE,
          body: JSON.stringify({ ...alert, at: isoSeconds(alert.at) }),
        }),
        send,
      );
    case 'ntfy':
      return overHttp(
        `ntfy ${file.name}`,
        (alert) => ({
          url: `${file.server}/${file.topic}`,
          headers: { Title: titleOf(alert), Priority: NTFY_PRIORITY[alert.severity], Tags: alert.code },
          body: alert.text,
        }),
        send,
      );
    case 'telegram':
      return overHttp(
        `telegram ${file.name}`,
        (alert) => ({
          url: `${file.server}/bot${file.token}/sendMessage`,
          headers: JSON_TYPE,
          body: JSON.stringify({ chat_id: file.chat, text: `${titleOf(alert)}\n${alert.text}` }),
        }),
        send,
      );
  }
}
