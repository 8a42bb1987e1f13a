import type { Engine } from '#main/engine/engine.ts';
import type { VenueAdapter } from '#main/engine/ports.ts';
import type { Reconciled } from '#main/engine/reconciliation.ts';
import type { VenueAct } from '#shared/ipc/venues.ts';
import type { VenueId } from '#shared/units/ids.ts';
import { FaultError, fault, unwrap } from '#shared/units/result.ts';

export interface ActingGround {
  readonly engine: Pick<Engine, 'reconcile' | 'reconnect'>;
  readonly adapters: readonly VenueAdapter[];
}

function found({ differences, unknownResolved, unknownLeft, complete }: Reconciled): string {
  if (!complete) return 'it could not report in full, or would not hold still: nothing was adjusted';
  const parts = [
    differences === 0 ? 'it agrees with the book' : `${differences} adjusted`,
    unknownResolved === 0 ? '' : `${unknownResolved} unknown orders settled`,
    unknownLeft === 0 ? '' : `${unknownLeft} orders still unknown`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Does it and says what came of it. Throws the venue's refusal. */
export async function actAtVenue(ground: ActingGround, venue: VenueId, act: VenueAct): Promise<string> {
  const adapter = ground.adapters.find((one) => one.id === venue);
  if (adapter === undefined) throw new FaultError(fault('no-venue', `there is no venue ${venue} here`, { venue }));
  if (act === 'reconcile') return `asked for everything: ${found(unwrap(await ground.engine.reconcile(venue)))}`;
  if (act === 'reconnect') return `connected anew: ${found(unwrap(await ground.engine.reconnect(venue)))}`;
  if (adapter.deadMan === undefined) {
    throw new FaultError(
      fault('no-dead-man', `${venue} has no dead-man switch that can be moved from here`, { venue }),
    );
  }
  const on = act === 'arm-dead-man';
  await adapter.deadMan.arm(on);
  return on
    ? 'working orders go when the connection does, protective stops as well'
    : 'working orders stay when the connection goes';
}
