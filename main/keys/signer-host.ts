import type { IntentType, KeyCard, KeyLimits, SignerPort, Signing } from '#main/engine/signer-port.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { type FrameChannel, packFrame, unpackFrame } from './frames.ts';
import { type SignerRequest, signerAnswer } from './signer-words.ts';
import { wipe } from './wipe.ts';

/** A signer's process as the program around it sees it. */
export interface SignerProcess extends FrameChannel {
  readonly pid: number | undefined;
  onEnd(tell: () => void): void;
  kill(): void;
}

export type SignerState = 'locked' | 'opening' | 'open';

/** The signer from outside: locked means that there is no process and so nothing that holds a key. */
export interface SignerHost extends SignerPort {
  readonly state: SignerState;
  /** Cards of the open vault; empty while it is locked. */
  readonly cards: readonly KeyCard[];
  readonly pid: number | undefined;
  /** Makes the vault. Wipes `passphrase`, here and below. */
  create(passphrase: Uint8Array): Promise<readonly KeyCard[]>;
  /** `idleMs`: locks itself when nobody touched it for this long; null never. */
  unlock(passphrase: Uint8Array, idleMs: DurationMs | null): Promise<readonly KeyCard[]>;
  /** The trader is there. */
  touch(): void;
  lock(): Promise<void>;
  add(card: Omit<KeyCard, 'id'>, secret: Uint8Array): Promise<KeyCard>;
  remove(key: string): Promise<void>;
  limit(key: string, limits: KeyLimits): Promise<KeyCard>;
  /** Another passphrase for the open vault. */
  changePassphrase(passphrase: Uint8Array): Promise<void>;
  /** From now on {@link openRemembered} opens the vault with this secret as well. */
  remember(device: Uint8Array): Promise<void>;
  /** Opens the vault without its passphrase. Rejects with `keychain-stale`. */
  openRemembered(device: Uint8Array, idleMs: DurationMs | null): Promise<readonly KeyCard[]>;
  /** Has the file written that opens the vault without its passphrase. */
  writeRecovery(file: string): Promise<void>;
  /** Opens the vault with its recovery file; from then on `passphrase` is its passphrase. */
  recover(file: string, passphrase: Uint8Array): Promise<readonly KeyCard[]>;
  /** The card's public id is the address of the key in it. */
  importKeystore(
    card: Omit<KeyCard, 'id' | 'kind' | 'publicId'>,
    name: string,
    keystore: string,
    passphrase: Uint8Array,
  ): Promise<KeyCard>;
  exportKeystore(key: string, passphrase: Uint8Array): Promise<string>;
  subscribe(on: (state: SignerState, why: string | null) => void): () => void;
  /**
   * Asks what somebody else sends with the secret in it, past this process: `deliver` gives him the words of the question
   * and a way to the signer.
   */
  askThrough(wanted: SecretQuestion, deliver: (signer: SignerProcess, words: object) => void): Promise<void>;
}

/** Questions that carry a secret. */
export type SecretQuestion = Extract<SignerRequest, { ask: 'create' | 'unlock' | 'passphrase' | 'add' }>;

interface Waiting {
  readonly done: (value: unknown) => void;
  readonly failed: (reason: FaultError) => void;
}

const GONE: Fault = fault('signer-gone', 'the signer ended before it answered');
const LOCKED: Fault = fault('signer-locked', 'the vault is locked');

/** Starts a signer when it is to be opened and lets it end when it is locked. */
export function createSignerHost(spawn: () => SignerProcess): SignerHost {
  let [process, state, cards]: [SignerProcess | null, SignerState, readonly KeyCard[]] = [null, 'locked', []];
  let count = 0;
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(state: SignerState, why: string | null) => void>();

  const turn = (next: SignerState, why: string | null = null): void => {
    if (state === next) return;
    state = next;
    for (const on of listeners) on(next, why);
  };
  const ended = (one: SignerProcess, why: string): void => {
    if (process !== one) return;
    [process, cards] = [null, []];
    for (const { failed } of [...waiting.values()]) failed(new FaultError(GONE));
    waiting.clear();
    turn('locked', why);
  };
  const take = (one: SignerProcess, bytes: Uint8Array): void => {
    const answer = signerAnswer.parse(unpackFrame(bytes).words);
    if ('locked' in answer) {
      ended(one, answer.locked);
      return;
    }
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.ok) asked?.done(answer.value);
    else asked?.failed(new FaultError(answer.error));
  };
  const running = (): SignerProcess => {
    if (process !== null) return process;
    const one = spawn();
    process = one;
    one.onFrame((bytes) => {
      try {
        take(one, bytes);
      } catch (thrown) {
        // A signer that speaks nonsense is not to be trusted with more.
        one.kill();
        ended(one, toFault(thrown).message);
      }
    });
    one.onEnd(() => ended(one, 'the signer ended'));
    return one;
  };
  const ask = <T>(to: SignerProcess, send: (id: number) => void): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const id = ++count;
      // The signer is ours and its answers are of the contract's types; what it signs is checked by the venue.
      waiting.set(id, { done: (value) => resolve(value as T), failed: reject });
      try {
        send(id);
      } catch (thrown) {
        waiting.delete(id);
        reject(new FaultError(toFault(thrown)));
        to.kill();
      }
    });
  const call = <T>(wanted: SignerRequest, secret: Uint8Array = new Uint8Array()): Promise<T> => {
    const to = running();
    return ask<T>(to, (id) => {
      to.send(packFrame({ id, ...wanted }, secret));
      wipe(secret);
    });
  };
  const opened = <T>(wanted: SignerRequest, secret?: Uint8Array): Promise<T> => {
    if (state === 'open') return call<T>(wanted, secret);
    if (secret !== undefined) wipe(secret);
    return Promise.reject(new FaultError(LOCKED));
  };
  const enter = async (asking: Promise<readonly KeyCard[]>): Promise<readonly KeyCard[]> => {
    if (state === 'locked') turn('opening');
    try {
      cards = await asking;
      turn('open');
      return cards;
    } catch (thrown) {
      if (state === 'opening') {
        process?.kill();
        if (process !== null) ended(process, toFault(thrown).message);
      }
      throw thrown;
    }
  };
  const added = async (adding: Promise<KeyCard>): Promise<KeyCard> => {
    const card = await adding;
    cards = [...cards, card];
    return card;
  };
  return {
    get state() {
      return state;
    },
    get cards() {
      return cards;
    },
    get pid() {
      return process?.pid;
    },
    create: (passphrase) => enter(call({ ask: 'create', idleMs: null }, passphrase)),
    unlock: (passphrase, idleMs) => enter(call({ ask: 'unlock', idleMs }, passphrase)),
    askThrough: async (wanted, deliver) => {
      const needsOpen = wanted.ask === 'add' || wanted.ask === 'passphrase';
      if (needsOpen && state !== 'open') throw new FaultError(LOCKED);
      const to = running();
      const through = <T>(): Promise<T> => ask<T>(to, (id) => deliver(to, { id, ...wanted }));
      if (wanted.ask === 'add') await added(through());
      else if (wanted.ask === 'passphrase') await through<null>();
      else await enter(through());
    },
    touch: () => {
      if (state === 'open') void call({ ask: 'touch' }).catch(() => undefined);
    },
    lock: async () => {
      const one = process;
      if (one === null) return;
      const gone = new Promise<void>((resolve) => one.onEnd(resolve));
      await call({ ask: 'lock' }).catch(() => one.kill());
      ended(one, 'asked');
      await gone;
    },
    add: (card, secret) => added(opened({ ask: 'add', card: { ...card, scopes: [...card.scopes] } }, secret)),
    remove: async (key) => {
      await opened({ ask: 'remove', key });
      cards = cards.filter((one) => one.id !== key);
    },
    limit: async (key, limits) => {
      const card = await opened<KeyCard>({ ask: 'limit', key, limits });
      cards = cards.map((one) => (one.id === key ? card : one));
      return card;
    },
    remember: (device) => opened({ ask: 'remember' }, device),
    openRemembered: (device, idleMs) => enter(call({ ask: 'open-remembered', idleMs }, device)),
    writeRecovery: (file) => opened({ ask: 'write-recovery', file }),
    recover: (file, passphrase) => enter(call({ ask: 'recover', file, idleMs: null }, passphrase)),
    changePassphrase: (passphrase) => opened({ ask: 'passphrase' }, passphrase),
    importKeystore: (card, name, keystore, passphrase) => {
      const own = { ...card, kind: 'secp256k1' as const, publicId: null, scopes: [...card.scopes] };
      return added(opened({ ask: 'import', card: own, name, keystore }, passphrase));
    },
    exportKeystore: (key, passphrase) => opened({ ask: 'export', key }, passphrase),
    sign: <T extends IntentType>(key: string, type: T, intent: Signing[T]['intent']) =>
      opened<Signing[T]['signature']>({ ask: 'sign', key, type, intent }),
    subscribe: (on) => {
      listeners.add(on);
      return () => void listeners.delete(on);
    },
  };
}
