import { DAY, type DurationMs, type EpochMs, HOUR, MINUTE, SECOND } from '#shared/units/time.ts';
import { DASH } from './number.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** "09:00:00": time of day, UTC. */
export function utcTime(at: EpochMs): string {
  if (!Number.isFinite(at)) return DASH;
  const date = new Date(at);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

/** "09:00:00.123": to the millisecond, for the log. */
export function utcTimeMs(at: EpochMs): string {
  if (!Number.isFinite(at)) return DASH;
  return `${utcTime(at)}.${String(new Date(at).getUTCMilliseconds()).padStart(3, '0')}`;
}

/** "12 Mar 2020". */
export function utcDay(at: EpochMs): string {
  if (!Number.isFinite(at)) return DASH;
  const date = new Date(at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** "12 Mar 2020 09:00:00 UTC". */
export function utcStamp(at: EpochMs): string {
  return Number.isFinite(at) ? `${utcDay(at)} ${utcTime(at)} UTC` : DASH;
}

/** "27 Mar 20": an expiry, UTC. */
export function expiryDay(at: EpochMs): string {
  if (!Number.isFinite(at)) return DASH;
  const date = new Date(at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCFullYear() % 100)}`;
}

/** How long ago: "0.4s", "12s", "3m", "2h 05m", "4d". */
export function age(span: DurationMs): string {
  if (!Number.isFinite(span)) return DASH;
  const size = Math.abs(span);
  if (size < SECOND) return `${(Math.floor(size / 100) / 10).toFixed(1)}s`;
  if (size < MINUTE) return `${Math.floor(size / SECOND)}s`;
  if (size < HOUR) return `${Math.floor(size / MINUTE)}m`;
  if (size < DAY) return `${Math.floor(size / HOUR)}h ${two(Math.floor((size % HOUR) / MINUTE))}m`;
  return `${Math.floor(size / DAY)}d`;
}

/** Time left, rounded up to the second: "4:59", "1:02:03"; "0:00" once it has passed. */
export function countdown(left: DurationMs): string {
  if (!Number.isFinite(left)) return DASH;
  const seconds = Math.max(0, Math.ceil(left / SECOND));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** Latency: "41 ms", "1.2 s". */
export function latency(span: DurationMs): string {
  if (!Number.isFinite(span)) return DASH;
  return span < SECOND ? `${Math.round(span)} ms` : `${(span / SECOND).toFixed(1)} s`;
}
