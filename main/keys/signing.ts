import { createHash } from 'node:crypto';
import { type IntentType, KEY_LIMITS, type KeyCard, type Signing } from '#main/engine/signer-port.ts';
import { add, type Decimal, toNumber, ZERO } from '#shared/units/decimal.ts';
import { type EpochMs, MINUTE } from '#shared/units/time.ts';
import { createDayCount } from './day-count.ts';
import { INTENTS, isIntentType } from './intents/index.ts';
import { type IntentSigner, type Ready, refused, type Weight } from './intents/intent.ts';
import type { Vault } from './vault.ts';

/** What was signed, for who wants to know later: no secret and no signature in it. */
export interface SignedLine {
  readonly at: EpochMs;
  readonly key: string;
  readonly venue: string;
  readonly type: IntentType;
  /** SHA-256 of the signed bytes, hexadecimal. */
  readonly digest: string;
  /** What its orders count against the limit of the day; "0" for what is no order. */
  readonly usd: Decimal;
}

export interface SigningDesk {
  /** Reads, checks and signs. Throws `intent-refused` and the faults of the vault. */
  sign(vault: Vault, key: string, type: string, intent: unknown): Signing[IntentType]['signature'];
}

function checkKey(card: KeyCard, type: IntentType): void {
  const { kind, needs, venues } = INTENTS[type];
  if (card.kind !== kind) throw refused(`a ${type} needs a key of kind ${kind}, ${card.id} is ${card.kind}`);
  if (!card.scopes.includes(needs)) throw refused(`a ${type} needs the right to ${needs}, ${card.id} has none`);
  if (!venues.test(card.venue)) throw refused(`a ${type} is not for the venue ${card.venue}`);
}

/** The intent read, its key checked, and what is to be signed built from it. */
function prepared<T extends IntentType>(type: T, wanted: unknown, card: KeyCard): Ready<Signing[T]['signature']> {
  const signer: IntentSigner<T> = INTENTS[type];
  const read = signer.intent.safeParse(wanted);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw refused(`a ${type} does not look like this: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  checkKey(card, type);
  return signer.ready(read.data, card);
}

/** What the orders count for the day. Throws `intent-refused` for one that its key may not do. */
function weighed({ id, limits = KEY_LIMITS }: KeyCard, weights: readonly Weight[]): Decimal {
  let sum = ZERO;
  for (const { on, usd, reduces } of weights) {
    const known = limits.only === null || limits.only.some((one) => one.toLowerCase() === on.toLowerCase());
    if (!known) throw refused(`${id} is not for ${on}`);
    if (reduces) continue;
    if (toNumber(usd) > limits.perOrderUsd) {
      throw refused(`an order of ${usd} USD, the limit of ${id} is ${limits.perOrderUsd}`);
    }
    sum = add(sum, usd);
  }
  return sum;
}

/**
 * The signer's own checks: they hold whatever the program around it asks for. `record` is told before the answer leaves;
 * `earlier` is what it was told within the last 24 hours, by this process or one before it.
 */
export function createSigningDesk(
  now: () => EpochMs,
  record: (line: SignedLine) => void,
  earlier: readonly SignedLine[] = [],
): SigningDesk {
  const recent = new Map<string, EpochMs[]>();
  const signed = new Set(earlier.map(({ key, digest }) => `${key} ${digest}`));
  const day = createDayCount(now);
  for (const { key, at, usd } of earlier) if (usd !== ZERO) day.add(key, at, usd);

  const checkPace = (key: string, type: IntentType): void => {
    const { perMinute } = INTENTS[type];
    const name = `${key} ${type}`;
    const times = (recent.get(name) ?? []).filter((at) => now() - at < MINUTE);
    if (times.length >= perMinute) throw refused(`${key} signed ${perMinute} times within a minute`);
    times.push(now());
    recent.set(name, times);
  };
  const checkDay = ({ id, limits = KEY_LIMITS }: KeyCard, usd: Decimal): void => {
    if (usd === ZERO) return;
    const after = day.with(id, usd);
    if (toNumber(after) <= limits.perDayUsd) return;
    throw refused(`orders of ${after} USD within a day, the limit of ${id} is ${limits.perDayUsd}`);
  };
  return {
    sign: (vault, key, type, wanted) => {
      if (!isIntentType(type)) throw refused(`there is no intent "${type.slice(0, 40)}"`);
      return vault.withSecret(key, (secret, card) => {
        const { bytes, weights, sign } = prepared(type, wanted, card);
        const digest = createHash('sha256').update(bytes).digest('hex');
        const name = `${key} ${digest}`;
        const again = signed.has(name);
        if (again && !INTENTS[type].repeats) throw refused(`the same ${type} was signed before`);
        const usd = weighed(card, weights);
        checkDay(card, usd);
        checkPace(key, type);
        const line: SignedLine = { at: now(), key, venue: card.venue, type, digest, usd };
        record(line);
        signed.add(name);
        if (usd !== ZERO) day.add(key, line.at, usd);
        return sign(secret);
      });
    },
  };
}
