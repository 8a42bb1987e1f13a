import { pathToFileURL } from 'node:url';
import { NO_KEYS } from '#main/session/adapters/adapter-kind.ts';
import { DEFAULT_POLICIES } from '#main/session/control/ground.ts';
import { openLiveVenues } from '#main/session/live.ts';
import { machineClock } from '#main/session/machine-clock.ts';
import { profileNamed, withEndpoint } from '#main/session/profile.ts';
import { openSession, type Session } from '#main/session/session.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { type AutomationRule, type Controller, standardRule } from '#shared/domain/automation.ts';
import type { TakenStep } from '#shared/domain/chain-step.ts';
import type { ControlPolicies } from '#shared/ipc/control-policy-file.ts';
import { type Fault, unwrap } from '#shared/units/result.ts';
import { SECOND } from '#shared/units/time.ts';
import { CLI } from './engine-room.ts';

/** A session of the profile `evm-sim` on a chain of one's own, and what its rules did. */
export interface ChainSession {
  readonly session: Session;
  readonly faults: readonly Fault[];
  /** As the journal has them: each state of each step. */
  readonly steps: readonly TakenStep[];
  /** "controller: act: why", as the log of the window has it. */
  readonly said: readonly string[];
  set(controller: Controller, more?: Partial<AutomationRule>): Promise<void>;
}

export interface ChainSessionSetup {
  readonly file: string;
  readonly endpoint: string;
  readonly policies?: Partial<ControlPolicies>;
}

/** The terminal without its window at a local chain, with armed keys. */
export async function openChainSession({ file, endpoint, policies }: ChainSessionSetup): Promise<ChainSession> {
  const faults: Fault[] = [];
  const onFault = (reason: Fault): void => {
    // How long a loaded disk takes is no fault of the session.
    if (reason.code !== 'slow-query') faults.push(reason);
  };
  const clock = machineClock();
  const profile = withEndpoint(profileNamed('evm-sim'), endpoint);
  const session = await openSession({
    id: 'chain',
    file,
    venueFile: `${file}-paper`,
    live: openLiveVenues(profile, { ...NO_KEYS, clock, onFlaw: onFault }),
    tape: '',
    speed: null,
    clock,
    resources: `${ROOT}/resources`,
    riskWorker: pathToFileURL(`${ROOT}/main/risk/worker.ts`),
    installId: 'test',
    policies: { ...DEFAULT_POLICIES, ...policies },
    onFault,
  });
  const steps: TakenStep[] = [];
  const said: string[] = [];
  session.engine.subscribe((notice) => {
    if (notice.type !== 'book') return;
    for (const { event } of notice.entries) {
      if (event.type === 'chain-step') steps.push(event.taken);
      if (event.type === 'automation') said.push(`${event.controller}: ${event.act}: ${event.why}`);
    }
  });
  unwrap(await session.engine.resume(CLI));
  unwrap(await session.engine.arm({ accounts: ['loan', 'wallet', 'perp'], budget: null }, CLI));
  return {
    session,
    faults,
    steps,
    said,
    async set(controller, more = {}) {
      const rule = { ...standardRule('ETH', controller), level: 'automatic' as const, coolDownMs: SECOND };
      unwrap(await session.engine.automate({ ...rule, ...more }, CLI));
    },
  };
}
