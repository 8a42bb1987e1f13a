/** Nelder and Mead (1965): the minimum of a function of few variables, without derivatives. */

interface Vertex {
  readonly x: readonly number[];
  readonly y: number;
}

type Objective = (x: readonly number[]) => number;

const NEAR_ENOUGH = 1e-12;

const byValue = (a: Vertex, b: Vertex): number => a.y - b.y;

/** The vertex that takes the worst one's place, or null when only shrinking the simplex helps. */
function better(at: (x: number[]) => Vertex, others: readonly Vertex[], worst: Vertex): Vertex | null {
  const centre = worst.x.map((_, j) => others.reduce((sum, vertex) => sum + (vertex.x[j] ?? 0), 0) / others.length);
  const move = (t: number) => at(centre.map((c, j) => c + t * ((worst.x[j] ?? 0) - c)));
  const reflected = move(-1);
  if (reflected.y < (others[0]?.y ?? 0)) {
    const expanded = move(-2);
    return expanded.y < reflected.y ? expanded : reflected;
  }
  if (reflected.y < (others.at(-1)?.y ?? 0)) return reflected;
  const contracted = reflected.y < worst.y ? move(-0.5) : move(0.5);
  return contracted.y < Math.min(worst.y, reflected.y) ? contracted : null;
}

/** The best point found from `start`, the first simplex reaching one `step` along each axis. */
export function minimise(f: Objective, start: readonly number[], step: readonly number[], rounds: number): number[] {
  const at = (x: readonly number[]): Vertex => ({ x, y: f(x) });
  const along = start.map((_, i) => at(start.map((value, j) => (i === j ? value + (step[i] ?? 0) : value))));
  let simplex = [at(start), ...along].sort(byValue);
  for (let round = 0; round < rounds; round++) {
    const [best, worst] = [simplex[0], simplex.at(-1)];
    if (!best || !worst || worst.y - best.y <= NEAR_ENOUGH * (Math.abs(best.y) + NEAR_ENOUGH)) break;
    const others = simplex.slice(0, -1);
    const found = better(at, others, worst);
    const halfway = (vertex: Vertex) => at(vertex.x.map((value, j) => ((best.x[j] ?? 0) + value) / 2));
    simplex = (found ? [...others, found] : [best, ...simplex.slice(1).map(halfway)]).sort(byValue);
  }
  return [...(simplex[0]?.x ?? start)];
}
