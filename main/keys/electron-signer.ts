import { type MessagePortMain, utilityProcess } from 'electron';
import type { SignerProcess } from './signer-host.ts';

export interface WindowSigner extends SignerProcess {
  /** Whoever holds the other end of `port` asks the signer directly. */
  handOver(port: MessagePortMain): void;
}

/** The signer as Electron's utility process, with an empty environment. */
export function forkSigner(script: string, vault: string): WindowSigner {
  const child = utilityProcess.fork(script, [vault], { env: {}, serviceName: 'Keel signer', stdio: 'inherit' });
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  return {
    get pid() {
      return child.pid;
    },
    send: (frame) => child.postMessage(frame),
    handOver: (port) => child.postMessage(null, [port]),
    onFrame: (take) => {
      child.on('message', (message: unknown) => {
        if (message instanceof Uint8Array) take(message);
      });
    },
    onEnd: (tell) => {
      if (ended) tell();
      else child.once('exit', tell);
    },
    kill: () => void child.kill(),
  };
}
