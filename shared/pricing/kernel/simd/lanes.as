/*
 * AssemblyScript. Two rows at a time: a v128 is a pair of doubles. Addresses are bytes in the module's memory.
 */

/** a·b + c, rounded twice as in TypeScript; relaxed SIMD would round once, and give other bits. */
@inline
export function mulAdd(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), c);
}

/** c − a·b. */
@inline
export function mulSub(a: v128, b: v128, c: v128): v128 {
  return f64x2.sub(c, f64x2.mul(a, b));
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

/**
 * The number at an address in both lanes. Numbers stand in memory because V8 takes three instructions to make one from
 * a constant, in every turn of a loop, and one to load it.
 */
@inline
export function both(at: usize): v128 {
  return v128.load64_splat(at);
}

/** Number n of a list in both lanes. */
@inline
export function coefficient(list: usize, n: usize): v128 {
  return both(list + 8 * n);
}
