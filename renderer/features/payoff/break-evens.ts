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
