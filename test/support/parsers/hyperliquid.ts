import { accountsOf, holdingsOf } from '#main/venues/hyperliquid/account.ts';
import { perpetualOf, spotOf } from '#main/venues/hyperliquid/instruments.ts';
import { ledgerLineOf, paymentOf } from '#main/venues/hyperliquid/ledger.ts';
import { fillOf, idOfOrder, venueOrderOf } from '#main/venues/hyperliquid/orders.ts';
import { readAs } from '#main/venues/hyperliquid/wire.ts';
import {
  wireActiveAsset,
  wireFundings,
  wireLedger,
  wireSpotState,
  wireState,
} from '#main/venues/hyperliquid/wire-account.ts';
import { wireBook, wireMeta, wireSpotMeta } from '#main/venues/hyperliquid/wire-market.ts';
import { wireCancels, wireFills, wireOrderStatus, wirePlaced } from '#main/venues/hyperliquid/wire-trading.ts';
import { ZERO } from '#shared/units/decimal.ts';
import * as documented from '#test/fixtures/hyperliquid/documented.ts';
import type { Parser } from '#test/support/parsers/parser.ts';

const FEES = { userCrossRate: ZERO, userAddRate: ZERO, userSpotCrossRate: ZERO, userSpotAddRate: ZERO };
export const BTC = perpetualOf('hyperliquid', 0, { name: 'BTC', szDecimals: 5, maxLeverage: 40 }, FEES);
const OWNER = { venue: 'hyperliquid', user: '0x', idOf: idOfOrder, accountOf: () => 'main' };
const [MAIN] = accountsOf({ venue: 'hyperliquid', account: { id: 'main', name: 'Main' } }, 'unified').all;

/** What a parser makes of a payload, all the way into Keel's words. */
export const HYPERLIQUID: Readonly<Record<string, Parser>> = {
  meta: [
    documented.META,
    (payload) =>
      readAs(wireMeta, payload, 'meta').universe.map((one, asset) => perpetualOf('hyperliquid', asset, one, FEES)),
  ],
  'spot meta': [
    documented.SPOT_META,
    (payload) => {
      const { universe, tokens } = readAs(wireSpotMeta, payload, 'spotMeta');
      const byIndex = new Map(tokens.map((one) => [one.index, one]));
      return universe.map((one) => spotOf('hyperliquid', one, byIndex, FEES));
    },
  ],
  state: [
    documented.STATE,
    (payload) => {
      const perpetuals = readAs(wireState, payload, 'state');
      const spot = readAs(wireSpotState, documented.SPOT_STATE, 'spot');
      return holdingsOf(MAIN!, { keeping: 'unified', perpetuals, spot }, { byCoin: () => BTC });
    },
  ],
  'active asset': [documented.ACTIVE_ASSET, (payload) => readAs(wireActiveAsset, payload, 'activeAssetData')],
  'spot state': [documented.SPOT_STATE, (payload) => readAs(wireSpotState, payload, 'spot')],
  fills: [documented.FILLS, (payload) => readAs(wireFills, payload, 'fills').map((one) => fillOf(OWNER, BTC, one))],
  'order status': [
    documented.ORDER_STATUS,
    (payload) => {
      const answer = readAs(wireOrderStatus, payload, 'orderStatus');
      return answer.status === 'order' ? venueOrderOf(OWNER, BTC, answer.order) : null;
    },
  ],
  placed: [documented.PLACED, (payload) => readAs(wirePlaced, payload, 'order')],
  cancelled: [documented.CANCELLED, (payload) => readAs(wireCancels, payload, 'cancel')],
  fundings: [
    documented.FUNDINGS,
    (payload) =>
      readAs(wireFundings, payload, 'fundings').map(({ time, delta }) => paymentOf(OWNER, BTC, { time, ...delta })),
  ],
  ledger: [
    [{ time: 1, hash: '0x', delta: { type: 'deposit', usdc: '10.0' } }],
    (payload) => readAs(wireLedger, payload, 'ledger').map(ledgerLineOf),
  ],
  book: [documented.BOOK, (payload) => readAs(wireBook, payload, 'l2Book')],
};
