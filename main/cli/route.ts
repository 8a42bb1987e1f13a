import { type Leg, planLegs } from '#shared/control/router/legs.ts';
import { outlookOf } from '#shared/control/router/outlook.ts';
import { pathsFor, type RouteMarket } from '#shared/control/router/paths.ts';
import { type RouteQuestion, type Routing, routeOrder } from '#shared/control/router/router.ts';
import { marketFile } from '#shared/ipc/files.ts';
import { type OrderFile, orderFile } from '#shared/ipc/route-files.ts';
import { type LegQuestion, legsFrom, routeMarketFrom, scheduleFrom } from '#shared/ipc/route-question.ts';
import { FaultError, fault, unwrap } from '#shared/units/result.ts';
import { type Command, DONE, FAILED, options, readInput, required, toJson } from './command.ts';

/** How long a leg may take to fill before the plan for one that does not is used. */
const LEG_SECONDS = 5;

interface Routed {
  readonly leg: LegQuestion;
  readonly question: RouteQuestion;
  readonly routing: Routing;
  readonly spot: number;
}

function routed(leg: LegQuestion, file: OrderFile, market: RouteMarket): Routed {
  const spot = market.snapshot.index.get(leg.order.underlying);
  if (spot === undefined) {
    throw new FaultError(fault('no-index', `the market has no index of ${leg.order.underlying}`));
  }
  const question = {
    ...pathsFor(leg.order, market),
    wanted: leg.wanted,
    collar: (file.collarBp / 10_000) * spot,
    maxVenues: file.maxVenues,
    allOrNothing: file.allOrNothing,
  };
  return { leg, question, routing: unwrap(routeOrder(question)), spot };
}

/** A leg with what taking it back at once would be. */
function bothWays({ leg, question, routing, spot }: Routed, file: OrderFile, market: RouteMarket): Leg {
  const side = leg.order.side === 'buy' ? 'sell' : 'buy';
  const back = routeOrder({ ...question, ...pathsFor({ ...leg.order, side }, market), allOrNothing: false });
  const { underlying } = leg.order;
  return {
    underlying,
    side: leg.order.side,
    routing,
    back: back.ok ? back.value : null,
    collar: question.collar,
    spot,
    vol: file.vol,
  };
}

function answer(file: OrderFile, market: RouteMarket): unknown {
  const legs = legsFrom(file).map((leg) => routed(leg, file, market));
  const priced = legs.map((one) => ({
    ...one.routing,
    outlook: outlookOf(one.question, one.routing, scheduleFrom(file), { spot: one.spot, vol: file.vol }),
  }));
  const [alone] = priced;
  if (!file.legs) return alone;
  const both = legs.map((one) => bothWays(one, file, market));
  return { plan: planLegs(both, LEG_SECONDS), legs: priced };
}

export const route: Command = {
  usage: 'keel route --order ORDER.json --market MARKET.json',
  about: 'the cheapest execution over venues with its costs by part and the proof, as JSON; sends nothing',
  async run(args, output) {
    const { values } = options(args, { order: { type: 'string' }, market: { type: 'string' } });
    const file = readInput(orderFile, required(values.order, '--order ORDER.json'));
    const market = routeMarketFrom(readInput(marketFile, required(values.market, '--market MARKET.json')), file);
    try {
      output.result(toJson(answer(file, market)));
      return DONE;
    } catch (thrown) {
      if (!(thrown instanceof FaultError) || thrown.fault.code !== 'not-all-placeable') throw thrown;
      output.say(`keel route: ${thrown.fault.message}`);
      return FAILED;
    }
  },
};
