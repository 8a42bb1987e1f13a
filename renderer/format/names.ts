import type { OptionRight } from '#shared/domain/instrument.ts';
import type { VenueId } from '#shared/units/ids.ts';

/** Names that their venues write in another way than with one capital. */
const AS_WRITTEN: Readonly<Record<string, string>> = { okx: 'OKX', dydx: 'dYdX' };

/** "deribit-paper" → "Deribit": the environment is said once, in the header. */
export function venueName(venue: VenueId): string {
  const [name = ''] = venue.split(/-(?:paper|demo|test|testnet|sim|live)$/);
  return AS_WRITTEN[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

export function rightLetter(right: OptionRight): 'C' | 'P' {
  return right === 'call' ? 'C' : 'P';
}

/** "one row", "3 rows". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
