import { z } from 'zod';
import { DEFAULT_ALERT_RULES } from '#shared/control/alert-rules.ts';
import { finite } from './schemas.ts';

const name = z.string().min(1).max(40).default('alerts');
const server = z.url({ protocol: /^https?$/, error: 'an address such as https://ntfy.sh' });
const hour = finite.min(0).max(24, { error: 'an hour of the UTC day, 0 to 24' });

const channel = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), name, url: server }),
  z.strictObject({
    kind: z.literal('ntfy'),
    name,
    server: server.default('https://ntfy.sh'),
    topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/, { error: 'a topic of letters, digits, - and _' }),
  }),
  z.strictObject({
    kind: z.literal('telegram'),
    name,
    server: server.default('https://api.telegram.org'),
    token: z.string().regex(/^\d+:[-_A-Za-z0-9]{10,}$/, { error: 'a bot token such as 123456:ABC…' }),
    chat: z.string().min(1).max(64),
  }),
]);
export type ChannelFile = z.output<typeof channel>;

/** alerts.json beside the settings: what leaves the window, and how. Its tokens have no way into a window. */
export const alertsFile = z.strictObject({
  least: z.enum(['watch', 'critical']).default(DEFAULT_ALERT_RULES.least),
  quietHours: z.strictObject({ from: hour, to: hour }).nullable().default(DEFAULT_ALERT_RULES.quietHours),
  repeatMs: finite
    .min(1_000, { error: 'milliseconds, at least 1000' })
    .max(86_400_000)
    .default(DEFAULT_ALERT_RULES.repeatMs),
  desktop: z.boolean().default(true),
  sound: z.boolean().default(true),
  channels: z.array(channel).max(10).default([]),
});
export type AlertsFile = z.output<typeof alertsFile>;
