import { channel } from 'node:diagnostics_channel';
import type { VenueAdapter, VenueCommand } from '#main/engine/ports.ts';
import type { VenueId } from '#shared/units/ids.ts';

/**
 * Diagnostics channel (`node:diagnostics_channel`) that tells of every command at the moment its venue gets it, as a
 * {@link WireCommand}. For measuring: without a subscriber it costs a comparison.
 */
export const WIRE_CHANNEL = 'keel:venue-command';

export interface WireCommand {
  readonly venue: VenueId;
  readonly command: VenueCommand;
}

const wire = channel(WIRE_CHANNEL);

/** The adapter, told of on the channel. */
export function onWire(adapter: VenueAdapter): VenueAdapter {
  return {
    ...adapter,
    execute: (command) => {
      if (wire.hasSubscribers) wire.publish({ venue: adapter.id, command } satisfies WireCommand);
      return adapter.execute(command);
    },
  };
}
