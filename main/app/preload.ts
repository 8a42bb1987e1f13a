import { contextBridge, ipcRenderer } from 'electron';
import { CALL_CHANNEL, METHOD_NAMES, STREAM_MESSAGE } from '#shared/ipc/methods.ts';

declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: string, origin: string, ports: readonly unknown[]): void;
};

// The page gets one function per method of the contract and the stream's port: no ipcRenderer, no Node.
contextBridge.exposeInMainWorld(
  'keel',
  Object.fromEntries(
    METHOD_NAMES.map((method) => [method, (input: unknown) => ipcRenderer.invoke(CALL_CHANNEL, method, input)]),
  ),
);

ipcRenderer.on(STREAM_MESSAGE, (event) => {
  window.postMessage(STREAM_MESSAGE, window.location.origin, event.ports);
});
