import type { MethodName } from '#shared/ipc/contract.ts';
import { type FakeOptions, FakeTerminal } from './fake-terminal.ts';

/** What the page asks of the fake terminal's thread. */
export type ToFake =
  | { readonly type: 'open'; readonly options: FakeOptions; readonly port: MessagePort }
  | { readonly type: 'call'; readonly id: number; readonly method: MethodName; readonly input: unknown };

let terminal: FakeTerminal | null = null;

// The fake runs in a thread of its own, as main does in a process of its own: the page's frames show only the page's work.
self.addEventListener('message', (event: MessageEvent<ToFake>) => {
  const message = event.data;
  if (message.type === 'open') {
    terminal = new FakeTerminal(message.options);
    terminal.stream(message.port);
    return;
  }
  const answer = terminal?.answer(message.method, message.input as never) ?? null;
  self.postMessage({ id: message.id, answer });
});
