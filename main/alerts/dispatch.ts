import { type Alert, type AlertRules, goesOut } from '#shared/control/alert-rules.ts';
import { type Fault, fault, toFault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { AlertChannel } from './channel.ts';

/** Texts that are remembered so that they are not told twice. */
const REMEMBERED = 200;
const ATTEMPTS = 2;

/** Why a channel did not take an alert, though it was tried twice; null when it did. */
export async function problemSending(channel: AlertChannel, alert: Alert): Promise<string | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      await channel.send(alert);
      return null;
    } catch (thrown) {
      if (attempt < ATTEMPTS) continue;
      const { code, message } = toFault(thrown);
      // A failed request names its address, and an address may hold a token.
      return code === 'alert-refused' ? message : `${channel.name} could not be reached`;
    }
  }
}

/**
 * Sends alerts over every channel, each by itself: one that fails is tried once more, then told, and stops no other.
 * Settles once every channel has had it, for tests; nobody else waits.
 */
export function createDispatch(
  channels: readonly AlertChannel[],
  rules: AlertRules,
  onFault: (reason: Fault) => void,
): (alert: Alert) => Promise<void> {
  const told = new Map<string, EpochMs>();

  async function send(channel: AlertChannel, alert: Alert): Promise<void> {
    const why = await problemSending(channel, alert);
    if (why !== null) onFault(fault('alert-not-sent', why, { channel: channel.name }));
  }

  return async (alert) => {
    if (!goesOut(alert, rules, told.get(alert.text) ?? null)) return;
    told.delete(alert.text);
    told.set(alert.text, alert.at);
    const [oldest] = told.keys();
    if (told.size > REMEMBERED && oldest !== undefined) told.delete(oldest);
    await Promise.all(channels.map((one) => send(one, alert)));
  };
}
