import { utilityProcess } from 'electron';
import type { CcxtProcess } from '#main/venues/ccxt/process-border.ts';

/** ccxt in Electron's utility process, with an empty environment. */
export function forkCcxt(script: string): CcxtProcess {
  const child = utilityProcess.fork(script, [], { env: {}, serviceName: 'Keel ccxt', stdio: 'inherit' });
  return {
    send: (message) => child.postMessage(message),
    onMessage: (take) => void child.on('message', take),
    onEnd: (tell) => void child.once('exit', tell),
    kill: () => void child.kill(),
  };
}
