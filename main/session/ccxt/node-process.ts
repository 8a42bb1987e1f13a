import { fork } from 'node:child_process';
import type { CcxtProcess } from '#main/venues/ccxt/process-border.ts';

/** ccxt in a child of Node, with an empty environment: nothing in it that loads other code or names a proxy. */
export function forkNodeCcxt(script: string): CcxtProcess {
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
  const child = fork(script, [], { env: {}, execArgv: [], stdio: [...stdio], serialization: 'advanced' });
  // A child that ended takes no more messages; that it ended is told beside.
  const ignore = (): void => undefined;
  child.on('error', ignore);
  return {
    send: (message) => {
      if (child.connected) child.send(message as object, ignore);
    },
    onMessage: (take) => void child.on('message', take),
    onEnd: (tell) => void child.once('exit', tell),
    kill: () => void child.kill('SIGKILL'),
  };
}
