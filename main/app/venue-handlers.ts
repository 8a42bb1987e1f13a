import type { Handlers } from '#main/ipc/router.ts';
import type { Session } from '#main/session/session.ts';
import { actAtVenue } from '#main/session/venue-acts.ts';
import { unwrap } from '#shared/units/result.ts';
import type { Hand } from './hand.ts';

type VenueMethods = 'venues.look' | 'venues.act';

/** How the venues are doing, and what can be done about it. */
export function venueHandlers(session: () => Session, hand: Hand): Pick<Handlers, VenueMethods> {
  return {
    'venues.look': () => {
      const { venues, marginTwins, clock } = session();
      const margins = marginTwins.latest;
      return { at: clock.now(), venues: venues.vitals(margins), margins };
    },
    'venues.act': async ({ venue, act, gesture }) => {
      unwrap(hand.vouch(gesture));
      return { venue, said: await actAtVenue(session(), venue, act) };
    },
  };
}
