declare const kind: unique symbol;
type Id<K extends string> = string & { readonly [kind]?: K };

/** "deribit-paper". */
export type VenueId = Id<'venue'>;
/** "options": unique within the book. */
export type AccountId = Id<'account'>;
/** "deribit-paper:BTC-27MAR20-6000-P": venue, colon, the venue's own name. */
export type InstrumentId = Id<'instrument'>;
/** Ours, deterministic: f(install, intent sequence, attempt). Sent to the venue as label or client id. */
export type ClientOrderId = Id<'client-order'>;
export type VenueOrderId = Id<'venue-order'>;
/** The venue's; unique within (venue, account). */
export type TradeId = Id<'trade'>;
/** "BTC", "USDC". */
export type Currency = Id<'currency'>;
/** The coin whose price drives an instrument: "BTC". */
export type UnderlyingId = Currency;

export function instrumentId(venue: VenueId, name: string): InstrumentId {
  return `${venue}:${name}`;
}

export function venueOf(instrument: InstrumentId): VenueId {
  return instrument.slice(0, instrument.indexOf(':'));
}

export function nameOf(instrument: InstrumentId): string {
  return instrument.slice(instrument.indexOf(':') + 1);
}
