import { mkdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Layouts, theme, density: one small file per name, replaced whole. */
export interface Settings {
  load(name: string): string | null;
  save(name: string, value: string): Promise<void>;
}

export function createSettings(folder: string): Settings {
  mkdirSync(folder, { recursive: true });
  const fileOf = (name: string): string => join(folder, `${name}.txt`);
  let saving: Promise<void> = Promise.resolve();
  const write = async (name: string, value: string): Promise<void> => {
    const draft = `${fileOf(name)}.new`;
    await writeFile(draft, value);
    await rename(draft, fileOf(name));
  };
  return {
    load(name) {
      try {
        return readFileSync(fileOf(name), 'utf8');
      } catch {
        // Never saved: the window has its own default.
        return null;
      }
    },
    save(name, value) {
      const next = saving.then(() => write(name, value));
      saving = next.catch(() => undefined);
      return next;
    },
  };
}
