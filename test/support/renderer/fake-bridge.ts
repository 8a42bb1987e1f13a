import type { Answer, KeelBridge } from '#shared/ipc/contract.ts';
import { METHOD_NAMES, STREAM_MESSAGE } from '#shared/ipc/methods.ts';
import type { FakeOptions } from './fake-terminal.ts';
import type { ToFake } from './fake-worker.ts';
import workerAddress from './fake-worker.ts?worker&url';

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/** The policy that lets a page under Trusted Types start its own worker. */
function startWorker(): Worker {
  const types = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes;
  const policy = types?.createPolicy('fixture-worker', { createScriptURL: (url) => url });
  const address = workerAddress;
  return new Worker(policy?.createScriptURL(address) ?? address, { type: 'module' });
}

/** Puts `window.keel` and the stream's port where the preload puts them, served by a worker. */
export function installFake(target: Window, options: FakeOptions): void {
  const worker = startWorker();
  const waiting = new Map<number, (answer: Answer<unknown>) => void>();
  worker.addEventListener('message', (event: MessageEvent<{ id: number; answer: Answer<unknown> }>) => {
    waiting.get(event.data.id)?.(event.data.answer);
    waiting.delete(event.data.id);
  });
  let calls = 0;
  const ask = (message: ToFake, transfer: Transferable[] = []): void => worker.postMessage(message, transfer);
  const bridge = Object.fromEntries(
    METHOD_NAMES.map((method) => [
      method,
      (input: unknown) =>
        new Promise<Answer<unknown>>((resolve) => {
          calls += 1;
          waiting.set(calls, resolve);
          ask({ type: 'call', id: calls, method, input });
        }),
    ]),
  ) as KeelBridge;
  Object.defineProperty(target, 'keel', { value: bridge, configurable: true });
  const channel = new MessageChannel();
  ask({ type: 'open', options, port: channel.port1 }, [channel.port1]);
  target.postMessage(STREAM_MESSAGE, target.location.origin, [channel.port2]);
}
