/** Points where a curve crosses zero, by straight lines between its samples; `xs` ascending. Touching zero counts once. */
export function breakEvens(xs: ArrayLike<number>, ys: ArrayLike<number>): readonly number[] {
  const found: number[] = [];
  for (let index = 0; index < xs.length; index += 1) {
    const [x, y] = [xs[index] ?? Number.NaN, ys[index] ?? Number.NaN];
    if (y === 0 && ys[index - 1] !== 0) found.push(x);
    const [nextX, nextY] = [xs[index + 1] ?? Number.NaN, ys[index + 1] ?? Number.NaN];
    if (y * nextY < 0) found.push(x + ((nextX - x) * y) / (y - nextY));
  }
  return found.filter(Number.isFinite);
}

/** The curve's value at `x`, by straight lines; NaN outside the samples. */
export function valueAt(xs: ArrayLike<number>, ys: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = xs.length - 1;
  if (high < 0 || !(x >= (xs[0] ?? Number.NaN)) || !(x <= (xs[high] ?? Number.NaN))) return Number.NaN;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) <= x) low = middle;
    else high = middle;
  }
  const [x0, x1, y0, y1] = [xs[low] ?? 0, xs[high] ?? 0, ys[low] ?? 0, ys[high] ?? 0];
  return x1 === x0 ? y0 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
