/*
 * AssemblyScript. The loops of scenario-grid.ts: one option over a block of spots and all vols, two spots at a time.
 */
import { add, both, mul, mulAdd, mulSub, sub } from './lanes';
import { FACTOR, GRID, LOG_FACTOR, NORMAL, VOL_SHIFT } from './memory';
import { AXIS_LAST, TO_EVEN } from './numbers';

const AXIS_SCALE: f64 = 32;
const AXIS_ORIGIN: f64 = 271;
const LOWEST_VOL: f64 = 0.01;

/** N at one position by the interval whose number is `interval`: even and odd powers' sums, in two lanes. */
@inline
function powers(interval: i32, u2: v128): v128 {
  const at = usize(interval) << 6;
  const upper = mulAdd(u2, v128.load(at, NORMAL + 48), v128.load(at, NORMAL + 32));
  return mulAdd(u2, mulAdd(u2, upper, v128.load(at, NORMAL + 16)), v128.load(at, NORMAL));
}

/** N at two positions on the table's axis. */
@inline
function normal(position: v128): v128 {
  const place = f64x2.pmin(f64x2.pmax(position, f64x2.splat(0)), both(AXIS_LAST));
  const shifted = add(place, both(TO_EVEN));
  const u = sub(place, sub(shifted, both(TO_EVEN)));
  const u2 = mul(u, u);
  const first = powers(i32x4.extract_lane(shifted, 0) & 511, i64x2.shuffle(u2, u2, 0, 0));
  const second = powers(i32x4.extract_lane(shifted, 2) & 511, i64x2.shuffle(u2, u2, 1, 1));
  return mulAdd(u, i64x2.shuffle(first, second, 1, 3), i64x2.shuffle(first, second, 0, 2));
}

/** factor·N(position) − moneyness·N(position − width) at the spots from byte `i` on. */
@inline
function valueAt(i: usize, position: f64, steepness: f64, width: f64, moneyness: f64): v128 {
  const place = mulAdd(v128.load(i, LOG_FACTOR), f64x2.splat(steepness), f64x2.splat(position));
  return mulSub(f64x2.splat(moneyness), normal(sub(place, f64x2.splat(width))), mul(v128.load(i, FACTOR), normal(place)));
}

/** Adds scale times the value to the cells from byte `at` of the grid on; an odd one comes last. */
function addSpots(
  bytes: usize, at: usize, position: f64, steepness: f64, width: f64, scale: f64, moneyness: f64,
): void {
  const pairs = bytes & ~15;
  let i: usize = 0;
  for (; i < pairs; i += 16) {
    const value = valueAt(i, position, steepness, width, moneyness);
    v128.store(at + i, mulAdd(f64x2.splat(scale), value, v128.load(at + i, GRID)), GRID);
  }
  if (i == bytes) return;
  const value = valueAt(i, position, steepness, width, moneyness);
  v128.store64_lane(at + i, mulAdd(f64x2.splat(scale), value, v128.load64_zero(at + i, GRID)), 0, GRID);
}

/**
 * One option over `bytes` bytes of spots and all vols; rows of the grid are `stride` bytes apart.
 * scale = quantity·right·forward·discount, moneyness = strike/forward.
 */
export function addOption(
  bytes: usize, at: usize, stride: usize, vols: usize, relative: bool,
  logMoneyness: f64, rootYears: f64, vol: f64, right: f64, scale: f64, moneyness: f64,
): void {
  for (let v: usize = 0; v < vols; v++) {
    const shift = load<f64>(VOL_SHIFT + 8 * v);
    const shifted = relative ? vol * (1 + shift) : vol + shift;
    const s = (shifted > LOWEST_VOL ? shifted : LOWEST_VOL) * rootYears;
    const steepness = right / s;
    const position = (logMoneyness * steepness + 0.5 * s * right) * AXIS_SCALE + AXIS_ORIGIN;
    addSpots(bytes, at + v * stride, position, steepness, s * right * AXIS_SCALE, scale, moneyness);
  }
}
