import { parentPort } from 'node:worker_threads';
import { compute, computePools, type RiskResult } from '#shared/risk/compute.ts';
import type { RiskProblem } from '#shared/risk/problem.ts';
import { type Fault, toFault } from '#shared/units/result.ts';
import { startKernel } from './simd.ts';

/** A whole report, or margin pools alone. */
export type RiskScope = 'report' | 'pools';

export interface RiskRequest {
  readonly id: number;
  readonly problem: RiskProblem;
  readonly scope: RiskScope;
}

export type RiskAnswer =
  | { readonly id: number; readonly result: RiskResult; readonly computeMs: number }
  | { readonly id: number; readonly fault: Fault };

function buffersOf(result: RiskResult): ArrayBuffer[] {
  return [result.cells.buffer, result.sums.buffer].filter((buffer) => buffer instanceof ArrayBuffer);
}

startKernel();

// This file is the worker's whole life: numbers in, numbers out.
parentPort?.on('message', (request: RiskRequest) => {
  const started = performance.now();
  try {
    const result = request.scope === 'pools' ? computePools(request.problem) : compute(request.problem);
    const answer: RiskAnswer = { id: request.id, result, computeMs: performance.now() - started };
    parentPort?.postMessage(answer, buffersOf(result));
  } catch (thrown) {
    const answer: RiskAnswer = { id: request.id, fault: toFault(thrown, 'risk') };
    parentPort?.postMessage(answer);
  }
});
