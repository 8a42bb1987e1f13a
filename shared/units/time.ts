/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;
/** A span in milliseconds. */
export type DurationMs = number;

export const SECOND: DurationMs = 1_000;
export const MINUTE: DurationMs = 60 * SECOND;
export const HOUR: DurationMs = 60 * MINUTE;
export const DAY: DurationMs = 24 * HOUR;
export const YEAR: DurationMs = 365 * DAY;

/** Year fraction ACT/365 with millisecond resolution; negative once `to` has passed. */
export function yearsBetween(from: EpochMs, to: EpochMs): number {
  return (to - from) / YEAR;
}

/** "2020-03-27T08:00:00Z": ISO 8601 in UTC to the second. */
export function isoSeconds(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

const MONTHS: readonly string[] = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** Expiry as option venues print it: "27MAR20", no leading zero on the day. */
export function expiryCode(expiry: EpochMs): string {
  const at = new Date(expiry);
  return `${at.getUTCDate()}${MONTHS[at.getUTCMonth()]}${String(at.getUTCFullYear() % 100).padStart(2, '0')}`;
}

/** The UTC day of an expiry code at the venue's settlement hour (08:00 UTC), or null when it is not one. */
export function parseExpiryCode(code: string, settlementHour = 8): EpochMs | null {
  const match = /^(\d{1,2})([A-Z]{3})(\d{2})$/.exec(code.toUpperCase());
  if (!match) return null;
  const month = MONTHS.indexOf(match[2] ?? '');
  if (month < 0) return null;
  const at = Date.UTC(2000 + Number(match[3]), month, Number(match[1]), settlementHour);
  return new Date(at).getUTCDate() === Number(match[1]) ? at : null;
}

/** "90", "60s", "5m", "2h" as milliseconds (a bare number is seconds), or null. */
export function parseDuration(text: string): DurationMs | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  if (!match) return null;
  const scale = { ms: 1, s: SECOND, m: MINUTE, h: HOUR }[match[2] ?? 's'] ?? SECOND;
  return Number(match[1]) * scale;
}
