import { verifyFile } from '#main/store/verify.ts';
import { type Command, DONE, FAILED, options, required, toJson } from './command.ts';

export const verify: Command = {
  usage: 'keel verify FILE.db',
  about: "checks the journal's hash chain and rebuilds its projections; exit 1 when something differs",
  async run(args, output) {
    const [file] = options(args, {}).positionals;
    const found = verifyFile(required(file, 'FILE.db'), ({ done, total }) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total}`);
    });
    output.result(toJson(found));
    return found.ok ? DONE : FAILED;
  },
};
