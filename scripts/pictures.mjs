// npm run pictures: takes the README's pictures from the running app.
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
    const pictures = join(ROOT, 'test', 'support', 'take-pictures.ts');
    return (await runInForeground(NODE_24, [pictures], { env: display.env })).code;
  } finally {
    await display.stop();
  }
});
