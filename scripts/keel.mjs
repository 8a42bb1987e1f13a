// npm run -s keel -- …: the command line from the checkout; builds it when the sources have changed.
import { join } from 'node:path';
import { buildIfStale } from './build.mjs';
import { NODE_24, ROOT, runInForeground, runScript } from './checkout.mjs';
import { installDependencies } from './dependencies.mjs';

await runScript(async () => {
  await installDependencies();
  await buildIfStale();
  return (await runInForeground(NODE_24, [join(ROOT, 'out', 'cli', 'keel.js'), ...process.argv.slice(2)])).code;
});
