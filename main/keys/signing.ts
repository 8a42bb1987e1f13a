import { createHash } from 'node:crypto';
import { type IntentType, KEY_LIMITS, type KeyCard, type Signing } from '#main/engine/signer-port.ts';
import { add, compare, type Decimal, toNumber, ZERO } from '#shared/units/decimal.ts';
import { type EpochMs, MINUTE } from '#shared/units/time.ts';
import { createDayCount } from './day-count.ts';
import { INTENTS, isIntentType } from './intents/index.ts';
import { type IntentSigner, type Ready, refused, type TokenWeight, type Weight } from './intents/intent.ts';
import { cardAt } from './raise.ts';
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
  /** Tokens that it lets leave their address; left out: none, or they were counted under the same `once` before. */
  readonly tokens?: readonly TokenWeight[] | undefined;
  readonly once?: string | undefined;
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
  const signed = new Set(earlier.flatMap(({ key, digest, once = digest }) => [`${key} ${digest}`, `${key} ${once}`]));
  const day = createDayCount(now);
  const count = ({ key, at, usd, tokens = [] }: SignedLine): void => {
    if (usd !== ZERO) day.add(key, at, usd);
    for (const { token, quantity } of tokens) day.add(`${key} ${token}`, at, quantity);
  };
  for (const one of earlier) count(one);

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
  const checkTokens = ({ id, limits }: KeyCard, tokens: readonly TokenWeight[]): void => {
    for (const { token, quantity } of tokens) {
      const limit = limits?.tokens?.find((one) => one.token.toLowerCase() === token);
      const after = day.with(`${id} ${token}`, quantity);
      if (limit !== undefined && compare(after, limit.perDay) <= 0) continue;
      throw refused(`${after} ${limit?.symbol ?? token} within a day, the limit of ${id} is ${limit?.perDay ?? ZERO}`);
    }
  };
  return {
    sign: (vault, key, type, wanted) => {
      if (!isIntentType(type)) throw refused(`there is no intent "${type.slice(0, 40)}"`);
      return vault.withSecret(key, (secret, stored) => {
        const card = cardAt(stored, now());
        const { bytes, weights, tokens = [], once, sign } = prepared(type, wanted, card);
        const digest = createHash('sha256').update(bytes).digest('hex');
        const name = `${key} ${digest}`;
        const again = signed.has(name);
        if (again && !INTENTS[type].repeats) throw refused(`the same ${type} was signed before`);
        const usd = weighed(card, weights);
        checkDay(card, usd);
        const counted = again || (once !== undefined && signed.has(`${key} ${once}`));
        const moved = counted ? [] : tokens;
        checkTokens(card, moved);
        checkPace(key, type);
        const counts = moved.length === 0 ? {} : { tokens: moved, once };
        const line: SignedLine = { at: now(), key, venue: card.venue, type, digest, usd, ...counts };
        record(line);
        signed.add(name);
        if (once !== undefined) signed.add(`${key} ${once}`);
        count(line);
        return sign(secret);
      });
    },
  };
}
