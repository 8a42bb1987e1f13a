import { createHash } from 'node:crypto';
import type { IntentType, KeyCard, Signing } from '#main/engine/signer-port.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type EpochMs, MINUTE } from '#shared/units/time.ts';
import { INTENTS, isIntentType } from './intents/index.ts';
import type { Vault } from './vault.ts';

/** Signatures of one key in a minute. A session is opened once and renewed by tokens: more is somebody else asking. */
const PER_MINUTE = 30;

/** What was signed, for who wants to know later: no secret and no signature in it. */
export interface SignedLine {
  readonly at: EpochMs;
  readonly key: string;
  readonly venue: string;
  readonly type: IntentType;
  /** SHA-256 of the signed bytes, hexadecimal. */
  readonly digest: string;
}

export interface SigningDesk {
  /** Reads, checks and signs. Throws `intent-refused` and the faults of the vault. */
  sign(vault: Vault, key: string, type: string, intent: unknown): Signing[IntentType]['signature'];
}

function refused(why: string): FaultError {
  return new FaultError(fault('intent-refused', `the signer refused: ${why}`));
}

function checkKey(card: KeyCard, type: IntentType): void {
  const { kind, needs, venues } = INTENTS[type];
  if (card.kind !== kind) throw refused(`a ${type} needs a key of kind ${kind}, ${card.id} is ${card.kind}`);
  if (!card.scopes.includes(needs)) throw refused(`a ${type} needs the right to ${needs}, ${card.id} has none`);
  if (!venues.test(card.venue)) throw refused(`a ${type} is not for the venue ${card.venue}`);
}

/** The signer's own checks: they hold whatever the program around it asks for. `record` is told before the answer leaves. */
export function createSigningDesk(now: () => EpochMs, record: (line: SignedLine) => void): SigningDesk {
  const recent = new Map<string, EpochMs[]>();
  const signed = new Set<string>();

  const checkPace = (key: string): void => {
    const times = (recent.get(key) ?? []).filter((at) => now() - at < MINUTE);
    if (times.length >= PER_MINUTE) throw refused(`${key} signed ${PER_MINUTE} times within a minute`);
    recent.set(key, [...times, now()]);
  };
  return {
    sign: (vault, key, type, wanted) => {
      if (!isIntentType(type)) throw refused(`there is no intent "${type.slice(0, 40)}"`);
      const { intent, payload, sign } = INTENTS[type];
      const read = intent.safeParse(wanted);
      if (!read.success) throw refused(`a ${type} does not look like this: ${read.error.issues[0]?.message ?? ''}`);
      return vault.withSecret(key, (secret, card) => {
        checkKey(card, type);
        const bytes = payload(read.data);
        const digest = createHash('sha256').update(bytes).digest('hex');
        if (signed.has(`${key} ${digest}`)) throw refused(`the same ${type} was signed before`);
        checkPace(key);
        record({ at: now(), key, venue: card.venue, type, digest });
        signed.add(`${key} ${digest}`);
        return sign(bytes, secret);
      });
    },
  };
}
