import { type ChainGateContext, judgeStep } from '#main/engine/gate/chain-gate.ts';
import type { Denial } from '#main/engine/gate/verdict.ts';
import type { StepResult } from '#main/engine/ports.ts';
import type { ChainDesk } from '#main/session/chain-desk.ts';
import { CHAIN_CAPABILITIES } from '#main/venues/evm/capabilities.ts';
import type { ChainStep, PlannedStep } from '#shared/domain/chain-step.ts';
import type { Standing } from './standing.ts';

/** A step as it was planned and judged, and what came of it where the gate let it through. */
export type SubmittedStep = { readonly planned: PlannedStep; readonly denial: Denial | null } & (
  | { readonly outcome: 'denied' }
  | StepResult
);

export interface StepDesk {
  judge(step: ChainStep): Promise<{ readonly planned: PlannedStep; readonly denial: Denial | null }>;
  submit(step: ChainStep): Promise<SubmittedStep>;
}

/** What the engine does with a step, without the engine: preview by the contract, gate, transactions. */
export function stepDesk(desk: ChainDesk, standing: () => Standing): StepDesk {
  const judge: StepDesk['judge'] = async (step) => {
    const planned = await desk.plan(step, false);
    const context: ChainGateContext = {
      ...standing(),
      ...planned,
      now: Date.now(),
      mandate: null,
      venue: { status: 'live', reconciled: true, capabilities: { ...CHAIN_CAPABILITIES, takesSteps: true } },
      underWay: [],
    };
    return { planned, denial: judgeStep(context).denial };
  };
  return {
    judge,
    submit: async (step) => {
      const judged = await judge(step);
      if (judged.denial !== null) return { outcome: 'denied', ...judged };
      const { account, preview } = judged.planned;
      const take = desk.adapters.find((one) => one.id === step.venue)?.take;
      if (take === undefined) throw new Error(`${step.venue} takes no steps`);
      const own = {
        id: 'c1',
        account,
        origin: 'trader',
        step,
        chain: preview.chain,
        valueUsd: preview.valueUsd,
      } as const;
      return { ...(await take({ ...own, gasUsd: null, state: 'sent', legs: [], reason: null }, true)), ...judged };
    },
  };
}
