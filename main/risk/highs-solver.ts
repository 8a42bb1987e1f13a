import { createRequire } from 'node:module';
import type loadHighs from 'highs';
import type { Highs, ModelData } from 'highs';
import type { LinearProgram, LinearSolution, SolveLinear } from '#shared/control/linear-program.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';

/** Programs are in USD: a whole-number optimum is proven to half a dollar, where the solver's usual share would be dollars. */
const OPTIONS = {
  output_flag: false,
  mip_rel_gap: 0,
  mip_abs_gap: 0.5,
  // Not by the clock: the same program has the same answer on a busy machine. 20 pools × 10 assets take some hundreds.
  mip_max_nodes: 5_000,
  // Allocations branch little and round well: the sub-programs of these heuristics, and trial branchings, cost more time
  // than they save (half of it over the bench's cases). The proof of the optimum is the same.
  mip_heuristic_run_feasibility_jump: false,
  mip_heuristic_run_rins: false,
  mip_heuristic_run_rens: false,
  mip_heuristic_run_root_reduced_cost: false,
  mip_pscost_minreliable: 0,
};

/** Not bundled: the package finds its WebAssembly beside itself. */
async function load(): Promise<Highs> {
  try {
    const loader = createRequire(import.meta.url)('highs') as typeof loadHighs;
    return await loader();
  } catch (cause) {
    throw new FaultError(fault('solver', `the solver could not be loaded: ${toFault(cause).message}`), { cause });
  }
}

function modelOf(highs: Highs, { columns, rows }: LinearProgram): ModelData {
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    starts[i + 1] = starts[i]! + row.entries.length;
  });
  const entries = rows.flatMap((row) => row.entries);
  const bound = (value: number): number => {
    if (Number.isFinite(value)) return value;
    return value > 0 ? highs.infinity : -highs.infinity;
  };
  const { continuous, integer } = highs.constants.variableType;
  return {
    numCols: columns.length,
    numRows: rows.length,
    colCost: Float64Array.from(columns, (one) => one.cost),
    colLower: Float64Array.from(columns, (one) => bound(one.lower)),
    colUpper: Float64Array.from(columns, (one) => bound(one.upper)),
    rowLower: Float64Array.from(rows, (one) => bound(one.lower)),
    rowUpper: Float64Array.from(rows, (one) => bound(one.upper)),
    matrix: {
      format: 'csr',
      numRows: rows.length,
      numCols: columns.length,
      starts,
      indices: Int32Array.from(entries, ([column]) => column),
      values: Float64Array.from(entries, ([, coefficient]) => coefficient),
    },
    ...(columns.some((one) => one.integer)
      ? { integrality: columns.map((one) => (one.integer ? integer : continuous)) }
      : {}),
  };
}

function solve(highs: Highs, program: LinearProgram): LinearSolution {
  return highs.withModel(modelOf(highs, program), (model): LinearSolution => {
    model.options.set(OPTIONS);
    model.run();
    const { optimal, empty, infeasible, unbounded, unboundedOrInfeasible, solutionLimit } = highs.constants.modelStatus;
    const status = model.getModelStatus();
    const objective = model.getObjectiveValue();
    if (status === optimal || status === empty) {
      return { status: 'optimal', objective, values: model.getSolution().colValue, gap: 0 };
    }
    const bound = Number(model.info.get('mip_dual_bound'));
    if (status === solutionLimit && Number.isFinite(objective) && Number.isFinite(bound)) {
      return { status: 'optimal', objective, values: model.getSolution().colValue, gap: objective - bound };
    }
    if (status === infeasible || status === unboundedOrInfeasible) return { status: 'infeasible' };
    return { status: status === unbounded ? 'unbounded' : 'stopped' };
  });
}

let loading: Promise<Highs> | null = null;

/** HiGHS as the port's solver; loading its WebAssembly takes a moment, once; each call is synchronous. */
export async function highsSolver(): Promise<SolveLinear> {
  loading ??= load().catch((thrown: unknown) => {
    loading = null;
    throw thrown;
  });
  const highs = await loading;
  return (program) => solve(highs, program);
}
