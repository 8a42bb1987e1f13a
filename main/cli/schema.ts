import { z } from 'zod';
import { FILE_SCHEMAS } from '#shared/ipc/files.ts';
import { type Command, DONE, options, toJson, usageFault } from './command.ts';

const NAMES = Object.keys(FILE_SCHEMAS);

export const schema: Command = {
  usage: `keel schema ${NAMES.join('|')}`,
  about: 'the JSON Schema of an input file',
  async run(args, output) {
    const [name] = options(args, {}).positionals;
    const found = Object.entries(FILE_SCHEMAS).find(([one]) => one === name);
    if (!found) throw usageFault(`expected one of ${NAMES.join(', ')}, was "${name ?? ''}"`);
    output.result(toJson(z.toJSONSchema(found[1], { io: 'input' })));
    return DONE;
  },
};
