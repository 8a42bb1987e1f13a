import { spawn } from 'node:child_process';
import { createFrameCutter, onPipe } from './frames.ts';
import type { SignerProcess } from './signer-host.ts';
import { wipe } from './wipe.ts';

/**
 * The signer as a child of Node, over its standard input and output. It gets an empty environment: nothing that loads
 * other code into it or makes it write reports.
 */
export function spawnNodeSigner(script: string, vault: string, execArgv: readonly string[] = []): SignerProcess {
  const child = spawn(process.execPath, [...execArgv, script, vault], { env: {}, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => child.kill());
  return {
    pid: child.pid,
    send: (frame) => {
      const piped = onPipe(frame);
      wipe(frame);
      child.stdin.write(piped, () => wipe(piped));
    },
    onFrame: (take) => void child.stdout.on('data', createFrameCutter(take)),
    onEnd: (tell) => {
      if (child.exitCode !== null || child.signalCode !== null) tell();
      else child.once('exit', tell).once('error', tell);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
