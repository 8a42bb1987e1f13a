// Run by itself, on whatever runtime it is bundled for: replays recordings (a line of JSON each) and says what came out.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Recording, replayRuns } from '#test/support/memory-log.ts';

const [file = ''] = process.argv.slice(2);
const said: string[] = [];
for await (const line of createInterface({ input: createReadStream(file) })) {
  const runs = await replayRuns(JSON.parse(line) as Recording);
  said.push(JSON.stringify(runs.map(({ hash, difference }) => ({ hash, difference }))));
}
const { node, v8 } = process.versions;
process.stdout.write(`${JSON.stringify({ node, v8 })}\n${said.join('\n')}\n`);
