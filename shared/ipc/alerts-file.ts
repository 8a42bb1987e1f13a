import { z } from 'zod';
import { DEFAULT_ALERT_RULES } from '#shared/control/alert-rules.ts';
import { finite } from './schemas.ts';

const name = z.string().min(1).max(40).default('alerts');
const on = z.boolean().default(true);
const server = z.url({ protocol: /^https?$/, error: 'an address such as https://ntfy.sh' });
const hour = finite.min(0).max(24, { error: 'an hour of the UTC day, 0 to 24' });

export const botToken = z.string().regex(/^\d+:[-_A-Za-z0-9]{10,}$/, { error: 'a bot token such as 123456:ABC…' });
/** What stands for a token where a window is: the one that is kept, or one that is still to be typed. */
const tokenMark = z.enum(['kept', 'ask']);

function channelWith<T extends string>(token: z.ZodType<T>) {
  return z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('webhook'), name, on, url: server }),
    z.strictObject({
      kind: z.literal('ntfy'),
      name,
      on,
      server: server.default('https://ntfy.sh'),
      topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/, { error: 'a topic of letters, digits, - and _' }),
    }),
    z.strictObject({
      kind: z.literal('telegram'),
      name,
      on,
      server: server.default('https://api.telegram.org'),
      token,
      chat: z.string().min(1, { error: 'the id of a chat, such as 42' }).max(64),
    }),
  ]);
}

function fileWith<T extends string>(token: z.ZodType<T>) {
  return z.strictObject({
    least: z.enum(['watch', 'critical']).default(DEFAULT_ALERT_RULES.least),
    quietHours: z.strictObject({ from: hour, to: hour }).nullable().default(DEFAULT_ALERT_RULES.quietHours),
    repeatMs: finite
      .min(1_000, { error: 'milliseconds, at least 1000' })
      .max(86_400_000, { error: 'milliseconds, at most a day' })
      .default(DEFAULT_ALERT_RULES.repeatMs),
    desktop: z.boolean().default(true),
    sound: z.boolean().default(true),
    channels: z.array(channelWith(token)).max(10).default([]),
  });
}

/** alerts.json beside the settings: what leaves the window, and how. Its tokens have no way into a window. */
export const alertsFile = fileWith(botToken);
export type AlertsFile = z.output<typeof alertsFile>;
export type ChannelFile = AlertsFile['channels'][number];

/** The same file as a window has it: a mark where a token is. */
export const alertsForm = fileWith(tokenMark);
export type AlertsForm = z.output<typeof alertsForm>;
