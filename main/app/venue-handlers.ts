import type { Handlers } from '#main/ipc/router.ts';
import { greekTwins } from '#main/session/greek-twins.ts';
import { poolsAfterOrders } from '#main/session/open-orders.ts';
import type { Session } from '#main/session/session.ts';
import { actAtVenue } from '#main/session/venue-acts.ts';
import { unwrap } from '#shared/units/result.ts';
import type { Hand } from './hand.ts';

type VenueMethods = 'venues.look' | 'venues.act' | 'market.book';

/** How the venues are doing, and what can be done about it. */
export function venueHandlers(session: () => Session, hand: Hand): Pick<Handlers, VenueMethods> {
  return {
    'venues.look': () => {
      const current = session();
      const margins = current.marginTwins.latest;
      const venues = current.venues.vitals(margins);
      const [projected, greeks] = [poolsAfterOrders(current), greekTwins(current)];
      return { at: current.clock.now(), venues, margins, projected, greeks };
    },
    'market.book': (question) => session().crossBooks.look(question),
    'venues.act': async ({ venue, act, gesture }) => {
      unwrap(hand.vouch(gesture));
      return { venue, said: await actAtVenue(session(), venue, act) };
    },
  };
}
