import { replaySession } from '#main/session/replay.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openForReading } from '#main/store/open-store.ts';
import { type Command, DONE, FAILED, options, required, toJson } from './command.ts';

export const replay: Command = {
  usage: 'keel replay SESSION.db',
  about: 'replays a recorded session and prints the state hash; exit 1 when it differs from the recorded one',
  async run(args, output) {
    const file = required(options(args, {}).positionals[0], 'SESSION.db');
    const read = openForReading(file, JOURNAL_FORMAT);
    try {
      const runs = await replaySession(read);
      const last = runs.at(-1);
      const equal = runs.every((one) => one.difference === null);
      output.result(toJson({ equal, file, hash: last?.hash ?? null, recorded: last?.recorded ?? null, runs }));
      return equal ? DONE : FAILED;
    } finally {
      read.close();
    }
  },
};
