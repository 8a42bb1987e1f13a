import { DASH, percent, plain, signed } from '#renderer/format/number.ts';
import { expiryDay } from '#renderer/format/time.ts';
import type { SmileQuote, VolSmile } from '#shared/ipc/vol.ts';

/** "68.2% / 70.1%", with a dash where a side is missing. */
export function quoteText({ bidVol, askVol }: SmileQuote): string {
  return [bidVol, askVol].map((vol) => (vol === null ? DASH : percent(vol, 1))).join(' / ');
}

export function heldText(held: number): string {
  return held === 0 ? DASH : signed(held, 1);
}

/** The strike at the cursor as a sentence, for who cannot see the plot. */
export function smileSentence(smile: VolSmile, index: number): string {
  const quote = smile.quotes[index];
  if (quote === undefined) return `${expiryDay(smile.expiry)}: no strike`;
  const held = quote.held === 0 ? '' : `, held ${signed(quote.held, 1)}`;
  const fit = percent(quote.fittedVol, 1);
  return `${expiryDay(smile.expiry)} strike ${plain(quote.strike)}: fit ${fit}, quoted ${quoteText(quote)}${held}`;
}
