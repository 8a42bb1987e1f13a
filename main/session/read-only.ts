import type { LegResult, VenueAdapter, VenueCommand } from '#main/engine/ports.ts';
import type { KeyCard } from '#main/engine/signer-port.ts';
import type { VenueId } from '#shared/units/ids.ts';
import { fault } from '#shared/units/result.ts';

/** Whether the vault has keys of a venue, and none of them may trade. */
export function mayOnlyRead(venue: VenueId, cards: readonly KeyCard[]): boolean {
  const own = cards.filter((one) => one.venue === venue);
  return own.length > 0 && own.every((one) => !one.scopes.includes('trade'));
}

function refused(venue: VenueId, command: VenueCommand): readonly LegResult[] {
  const message = `the key of ${venue} was added to read only: add one that trades, in Accounts and keys`;
  const reason = fault('read-only-key', message, { venue });
  const ids = command.type === 'place' ? command.orders.map((one) => one.id) : [];
  return [...ids, ...('order' in command ? [command.order] : [])].map((id) => ({ outcome: 'rejected', id, reason }));
}

/** The venue with nothing leaving for it: what is held is seen and measured, every order is refused here. */
export function readOnly(adapter: VenueAdapter): VenueAdapter {
  const { transfer: _, deadMan: __, ...rest } = adapter;
  return {
    ...rest,
    capabilities: () => ({ ...adapter.capabilities(), transfers: false }),
    execute: async (command) => refused(adapter.id, command),
  };
}
