import { rightLetter, venueName } from '#renderer/format/names.ts';
import { plain } from '#renderer/format/number.ts';
import { expiryDay } from '#renderer/format/time.ts';
import type { RowIdentity } from '#shared/ipc/frames.ts';

/** What a row is, in a trader's words, in two parts: the strong one and the rest. */
export interface PositionName {
  readonly strong: string;
  readonly rest: string;
}

function strikeDecimals(strike: number): number {
  return Number.isInteger(strike) ? 0 : 2;
}

/** `short` leaves out underlying and expiry, which the groups above already say. */
export function positionName(identity: RowIdentity, short: boolean): PositionName {
  const venue = venueName(identity.venue);
  const settled = identity.settlement === identity.underlying ? '' : `${identity.settlement} `;
  switch (identity.kind) {
    case 'option': {
      const strike = plain(identity.strike ?? Number.NaN, strikeDecimals(identity.strike ?? 0));
      const option = identity.right === null ? strike : `${rightLetter(identity.right)} ${strike}`;
      const before = short ? '' : `${identity.underlying} ${expiryDay(identity.expiry ?? Number.NaN)} `;
      return { strong: before + option, rest: settled + venue };
    }
    case 'future':
      return {
        strong: `${short ? '' : `${identity.underlying} `}FUT ${expiryDay(identity.expiry ?? Number.NaN)}`,
        rest: settled + venue,
      };
    case 'perpetual':
      return { strong: short ? 'PERP' : `${identity.underlying} PERP`, rest: settled + venue };
    case 'spot':
      return { strong: `${identity.underlying} spot`, rest: venue };
    case 'power-perpetual':
      return { strong: identity.name, rest: `power perp ${venue}` };
    case 'liquidity-range':
      return { strong: identity.name, rest: `range ${venue}` };
    case 'vault-share':
      return { strong: identity.name, rest: `vault ${venue}` };
    case 'cash':
      return { strong: identity.name, rest: venue };
    default:
      return { strong: identity.name, rest: `${identity.kind} ${venue}` };
  }
}
