/*
 * AssemblyScript. Two rows at a time: a v128 is a pair of doubles. Addresses are bytes in the module's memory.
 */

/** a·b + c: rounded twice, as the TypeScript kernel does, or once in the build with relaxed SIMD. */
@inline
export function mulAdd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(a, b, c) : f64x2.add(f64x2.mul(a, b), c);
}

/** c − a·b. */
@inline
export function mulSub(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_nmadd(a, b, c) : f64x2.sub(c, f64x2.mul(a, b));
}

@inline
export function add(a: v128, b: v128): v128 {
  return f64x2.add(a, b);
}

@inline
export function sub(a: v128, b: v128): v128 {
  return f64x2.sub(a, b);
}

@inline
export function mul(a: v128, b: v128): v128 {
  return f64x2.mul(a, b);
}

@inline
export function div(a: v128, b: v128): v128 {
  return f64x2.div(a, b);
}

/** The same number in both lanes. */
@inline
export function both(x: f64): v128 {
  return f64x2.splat(x);
}

/** Number n of a list of coefficients, in both lanes. */
@inline
export function coefficient(list: usize, n: usize): v128 {
  return v128.load64_splat(list + 8 * n);
}
