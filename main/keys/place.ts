import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the vault lies: the folder that the window keeps its own things in, so that both faces open the same one. */
export function defaultVault(): string {
  const { platform, env } = process;
  const folders: Readonly<Record<string, string | undefined>> = {
    darwin: join(homedir(), 'Library', 'Application Support'),
    win32: env.APPDATA,
  };
  const folder = folders[platform] ?? env.XDG_CONFIG_HOME ?? join(homedir(), '.config');
  return join(folder, 'keel', 'vault.json');
}
