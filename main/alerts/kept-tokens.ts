import { type AlertsFile, type AlertsForm, alertsFile } from '#shared/ipc/alerts-file.ts';

type Telegram<F extends AlertsFile | AlertsForm> = Extract<F['channels'][number], { kind: 'telegram' }>;

/** The file as a window may have it: what is kept of a token is that it is. */
export function formOf(file: AlertsFile): AlertsForm {
  const channels = file.channels.map((one) => (one.kind === 'telegram' ? { ...one, token: 'kept' as const } : one));
  return { ...file, channels };
}

/** A token is kept for its name at its server: a window that writes another address there does not send it there. */
function keptFor({ name, server }: Telegram<AlertsForm>, kept: AlertsFile): string | null {
  const same = kept.channels.find((one) => one.kind === 'telegram' && one.name === name && one.server === server);
  return same?.kind === 'telegram' ? same.token : null;
}

/**
 * The file that a form stands for: tokens that are kept, and the others as `ask` has them typed. Rejects as `ask` does,
 * and then nothing is to be written.
 */
export async function fileOf(
  form: AlertsForm,
  kept: AlertsFile,
  ask: (channel: Telegram<AlertsForm>) => Promise<string>,
): Promise<AlertsFile> {
  const channels: AlertsFile['channels'] = [];
  for (const one of form.channels) {
    if (one.kind !== 'telegram') {
      channels.push(one);
      continue;
    }
    const token = one.token === 'kept' ? keptFor(one, kept) : null;
    channels.push({ ...one, token: token ?? (await ask(one)) });
  }
  return alertsFile.parse({ ...form, channels });
}
