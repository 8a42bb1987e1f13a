import { chooseKernel, type Kernel, TYPESCRIPT } from '#shared/pricing/kernel/kernel.ts';
import { agreesWithTypescript } from '#shared/pricing/kernel/self-test.ts';
import { type SimdExports, simdKernel } from '#shared/pricing/kernel/simd/kernel.ts';
import { SIMD } from './simd-module.ts';

/** The part of WebAssembly's interface that is used here; Node's types leave it out. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: SimdExports };
};

/** The kernel in WebAssembly; null where the runtime has no SIMD or the self-test fails. */
export function openSimdKernel(): Kernel | null {
  const bytes = Buffer.from(SIMD, 'base64');
  if (!WebAssembly.validate(bytes)) return null;
  const kernel = simdKernel(new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports);
  return agreesWithTypescript(kernel) ? kernel : null;
}

/** Fewer rows than this are priced in the time it takes to hand them over and back. */
const FEW = 24;

/** The same kernel, with small books left to TypeScript: the bits are the same either way. */
function sparingFew(simd: Kernel): Kernel {
  return {
    ...simd,
    price: (count, options, out) => (count < FEW ? TYPESCRIPT : simd).price(count, options, out),
    greeks: (count, options, out) => (count < FEW ? TYPESCRIPT : simd).greeks(count, options, out),
  };
}

/** Chooses the kernel of this thread: WebAssembly if it passes its self-test, else TypeScript stays. */
export function startKernel(): void {
  const simd = openSimdKernel();
  if (simd !== null) chooseKernel(sparingFew(simd));
}
