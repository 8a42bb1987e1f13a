import { venueName } from '#renderer/format/names.ts';
import { plain } from '#renderer/format/number.ts';
import { expiryDay } from '#renderer/format/time.ts';
import type { GridGrouping } from '#renderer/ui/grid/columns.ts';
import type { PositionRow } from './position-rows.ts';

type Grouping = GridGrouping<PositionRow>;

const underlying: Grouping = {
  key: ({ identity }) => identity.underlying,
  label: ({ identity }) => `${identity.underlying} net`,
  order: ({ identity }) => identity.underlying,
};

/** Dated first by expiry, then perpetuals, then what is simply held. */
const expiry: Grouping = {
  key: ({ identity }) => (identity.expiry === null ? timeless(identity.kind) : String(identity.expiry)),
  label: ({ identity }) =>
    identity.expiry === null
      ? `${identity.underlying} ${timeless(identity.kind)}`
      : `${identity.underlying} ${expiryDay(identity.expiry)}`,
  order: ({ identity }) => identity.expiry ?? (timeless(identity.kind) === 'perpetual' ? 8e15 : 9e15),
};

function timeless(kind: PositionRow['identity']['kind']): string {
  if (kind === 'perpetual' || kind === 'power-perpetual') return 'perpetual';
  if (kind === 'liquidity-range') return 'ranges';
  return kind === 'lending' ? 'lending' : 'spot and cash';
}

const strike: Grouping = {
  key: ({ identity }) => (identity.strike === null ? identity.key : String(identity.strike)),
  label: ({ identity }) => `Strike ${plain(identity.strike ?? Number.NaN)}`,
  order: ({ identity }) => identity.strike ?? 0,
  elideSingle: true,
};

const venue: Grouping = {
  key: ({ identity }) => identity.venue,
  label: ({ identity }) => venueName(identity.venue),
  order: ({ identity }) => identity.venue,
};

const account: Grouping = {
  key: ({ identity }) => identity.account,
  label: ({ identity }) => `Account ${identity.account}`,
  order: ({ identity }) => identity.account,
};

export interface GroupingChoice {
  readonly id: string;
  readonly title: string;
  readonly levels: readonly Grouping[];
}

export const GROUPINGS: readonly GroupingChoice[] = [
  { id: 'expiry', title: 'underlying › expiry › strike', levels: [underlying, expiry, strike] },
  { id: 'venue', title: 'venue › underlying', levels: [venue, underlying] },
  { id: 'account', title: 'account › underlying', levels: [account, underlying] },
  { id: 'none', title: 'no grouping', levels: [] },
];
