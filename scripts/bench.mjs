// npm run -s bench -- …: the benchmarks; they start the built app, so they get what it needs.
import { join } from 'node:path';
import { buildIfStale } from './build.mjs';
import { NODE_24, ROOT, runInForeground, runScript } from './checkout.mjs';
import { openDisplay } from './display.mjs';
import { setUp } from './setup.mjs';

await runScript(async () => {
  await setUp();
  await buildIfStale();
  const display = await openDisplay();
  try {
    const bench = join(ROOT, 'test', 'bench', 'index.ts');
    return (await runInForeground(NODE_24, [bench, ...process.argv.slice(2)], { env: display.env })).code;
  } finally {
    await display.stop();
  }
});
