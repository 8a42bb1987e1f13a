import type { Answer, KeelBridge, MethodInput, MethodName, MethodOutput } from '#shared/ipc/contract.ts';

declare global {
  interface Window {
    readonly keel: KeelBridge;
  }
}

/** Asks main. A broken channel is a fault like any other; nothing is thrown. */
export async function call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<Answer<MethodOutput<M>>> {
  try {
    return await window.keel[method](input);
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { ok: false, error: { code: 'channel', message: `the terminal did not answer: ${message}` } };
  }
}
