import { type ChainGateContext, judgeStep } from '#main/engine/gate/chain-gate.ts';
import type { Denial, Verdict } from '#main/engine/gate/verdict.ts';
import type { Clock } from '#main/engine/ports.ts';
import { type Patience, type Performed, perform } from '#main/venues/evm/performer.ts';
import type { Protocol, ProtocolState } from '#main/venues/evm/protocol.ts';
import type { Sender } from '#main/venues/evm/sender.ts';
import type { ChainStep, StepPreview } from '#shared/domain/chain-step.ts';
import type { VenueId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';

export interface ChainDeskSetup {
  /** One owner's protocols on one chain. */
  readonly protocols: readonly Protocol[];
  readonly sender: Sender;
  readonly clock: Clock;
  readonly patience: Patience;
  /** Limits, trading state and keys as they are at the moment of asking. */
  readonly standing: () => Pick<ChainGateContext, 'limits' | 'trading' | 'keys'>;
}

/** What the gate says of a step, and what the contract says that it would do. */
export interface JudgedStep {
  readonly preview: StepPreview;
  readonly verdicts: readonly Verdict[];
  readonly denial: Denial | null;
}

/** A step that was asked for. */
export type SubmittedStep =
  | { readonly outcome: 'denied'; readonly judged: JudgedStep }
  | (Performed & {
      readonly judged: JudgedStep;
      /** What the owner holds now, read anew. */
      readonly after: ProtocolState;
    });

/** Steps on one chain for one owner: each is previewed by the contract, judged by the gate, taken, and read back. */
export interface ChainDesk {
  judge(step: ChainStep): Promise<JudgedStep>;
  /** Throws only where nothing was sent, or where what was sent stands in {@link Sender.open}. */
  submit(step: ChainStep): Promise<SubmittedStep>;
}

export function createChainDesk({ protocols, sender, clock, patience, standing }: ChainDeskSetup): ChainDesk {
  const protocolOf = (venue: VenueId): Protocol => {
    const found = protocols.find((one) => one.venue === venue);
    if (found !== undefined) return found;
    throw new FaultError(fault('unknown-venue', `venue ${venue} is not connected to this desk`, { venue }));
  };
  const judge: ChainDesk['judge'] = async (step) => {
    const protocol = protocolOf(step.venue);
    const preview = await protocol.preview(step);
    const context = { ...standing(), now: clock.now(), account: protocol.account, open: sender.open() };
    return { preview, ...judgeStep({ ...context, preview }) };
  };
  return {
    judge,
    submit: async (step) => {
      const judged = await judge(step);
      if (judged.denial !== null) return { outcome: 'denied', judged };
      const protocol = protocolOf(step.venue);
      const performed = await perform(protocol, sender, step, patience);
      return { ...performed, judged, after: await protocol.read() };
    },
  };
}
