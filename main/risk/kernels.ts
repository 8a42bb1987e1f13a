import { chooseKernel, type Kernel, type KernelName, TYPESCRIPT } from '#shared/pricing/kernel/kernel.ts';
import { type Agreement, agreement } from '#shared/pricing/kernel/self-test.ts';
import { type SimdExports, simdKernel } from '#shared/pricing/kernel/simd/kernel.ts';
import { RELAXED_SIMD, SIMD } from './simd-modules.ts';

/** The part of WebAssembly's interface that is used here; Node's types leave it out. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: SimdExports };
};

/** The kernel in WebAssembly; null where the runtime cannot run it or it does not pass the self-test. */
function opened(name: KernelName, base64: string, passes: (found: Agreement) => boolean): Kernel | null {
  const bytes = Buffer.from(base64, 'base64');
  if (!WebAssembly.validate(bytes)) return null;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const kernel = simdKernel(name, exports);
  return passes(agreement(kernel)) ? kernel : null;
}

/** The fastest kernel whose results are those of TypeScript to the last bit, on every machine. */
export function exactKernel(): Kernel {
  return opened('simd', SIMD, (found) => found === 'exact') ?? TYPESCRIPT;
}

/** The fastest kernel of this machine; on another one its results may differ in the last digits. */
export function fastestKernel(): Kernel {
  return opened('relaxed-simd', RELAXED_SIMD, (found) => found !== 'none') ?? exactKernel();
}

/** For a thread whose results a session records, acts upon and has to get again in a replay. */
export function startExactKernel(): void {
  chooseKernel(exactKernel());
}

/** For a command that works on files and leaves nothing but its answer. */
export function startFastestKernel(): void {
  chooseKernel(fastestKernel());
}
