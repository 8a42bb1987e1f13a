/*
 * AssemblyScript. Addresses of the numbers that the loops need, under the names they have in the TypeScript kernel.
 */
export const ONE = memory.data<f64>([1]);
export const HALF = memory.data<f64>([0.5]);
export const MINUS_HALF = memory.data<f64>([-0.5]);
export const QUARTER = memory.data<f64>([0.25]);
export const SIXTH = memory.data<f64>([0.16666666666666666]);
export const TWO = memory.data<f64>([2]);
export const THREE = memory.data<f64>([3]);
export const INVERSE_ROOT_TWO_PI = memory.data<f64>([0.3989422804014327]);
export const ROOT_HALF_PI = memory.data<f64>([1.2533141373155001]);
export const LOWEST_EXPONENT = memory.data<f64>([-708]);
export const LOWEST_PRICE = memory.data<f64>([1e-50]);
export const HIGHEST_PRICE = memory.data<f64>([1e50]);
export const LONGEST = memory.data<f64>([1e4]);
export const MOST_VOL = memory.data<f64>([1e3]);
export const MOST_GROWTH = memory.data<f64>([700]);
export const NARROW_AT_MONEY = memory.data<f64>([0.008]);
export const NARROWER = memory.data<f64>([0.007]);
export const NEAR = memory.data<f64>([8]);
export const NO_DEVIATION = memory.data<f64>([1e-12]);
export const LARGE_GROWTH = memory.data<f64>([2.6e305]);
export const SMALL = memory.data<f64>([1e-8]);
export const HALF_SMALL = memory.data<f64>([0.5e-8]);
export const TINY = memory.data<f64>([1e-30]);
export const MOST_SQUARE = memory.data<f64>([6.1]);
export const LEAST_VALUE = memory.data<f64>([1e-9]);
export const MOST_VALUE = memory.data<f64>([0.999]);
export const NARROW = memory.data<f64>([0.03]);
export const CLOSE = memory.data<f64>([1e-4]);
export const AXIS_LAST = memory.data<f64>([542]);
export const TO_EVEN = memory.data<f64>([13510798882111488]);
