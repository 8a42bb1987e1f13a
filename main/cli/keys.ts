import { loadBytes } from '#main/keys/save.ts';
import type { SignerHost } from '#main/keys/signer-host.ts';
import { cardOf } from '#main/keys/vault.ts';
import { readVault } from '#main/keys/vault-file.ts';
import type { OpenSetup } from '#main/session/adapters/adapter-kind.ts';
import { openVenue, type VenueProfile } from '#main/session/adapters/index.ts';
import { clockOf } from '#main/session/live.ts';
import { type Profile, profileNamed, withEndpoint } from '#main/session/profile.ts';
import { type Fault, FaultError } from '#shared/units/result.ts';
import { type Command, DONE, FAILED, type Output, options, required, toJson, usageFault } from './command.ts';
import { add, exportKey, importKey, limit, lineOf, type Verb, withSigner } from './key-cards.ts';
import { secretInput } from './secret-input.ts';
import { ccxtHost, newPassphrase, VAULT_OPTIONS, vaultFile, vaultSignerAt } from './vault.ts';

/** Cards are in the clear: listing them asks for no passphrase. */
const list: Verb = async (args, output) => {
  const { values } = options(args, VAULT_OPTIONS);
  const file = vaultFile(values);
  const bytes = loadBytes(file);
  const cards = bytes === null ? [] : readVault(bytes, file).records.map(cardOf);
  output.say(cards.length === 0 ? `no keys in ${file}` : cards.map(lineOf).join('\n'));
  output.result(toJson(cards));
  return DONE;
};

const remove: Verb = async (args, output) => {
  const { values, positionals } = options(args, VAULT_OPTIONS);
  const key = required(positionals[0], 'the key (keel keys list)');
  return withSigner(vaultFile(values), false, output, async (signer) => {
    await signer.remove(key);
    output.say(`removed ${key}; it is still in the save before this one until the next change`);
    return DONE;
  });
};

interface Probed {
  readonly venue: string;
  /** Null where none is needed. */
  readonly key: string | null;
  readonly ok: boolean;
  readonly rights?: object | null;
  readonly pools?: number;
  readonly reason?: Fault;
}

/** Signs in at a venue and tells what the key may do there. Sends no order. */
async function probe(one: VenueProfile, setup: OpenSetup, output: Output): Promise<Probed> {
  const { venue, account } = one;
  const { adapters, rights, key } = openVenue(one, setup);
  try {
    let pools = 0;
    for (const adapter of adapters) {
      await adapter.connect();
      for (const { id } of await adapter.accounts()) pools += (await adapter.snapshot(id)).pools.length;
    }
    const may = rights();
    const who = key?.publicId ?? account.id;
    output.say(`${venue} let ${who} in${may === null ? '' : may.trade ? ': may trade' : ': reads only'}`);
    return { venue, key: key?.id ?? null, ok: true, rights: may, pools };
  } catch (thrown) {
    if (!(thrown instanceof FaultError)) throw thrown;
    output.say(thrown.fault.message);
    return { venue, key: key?.id ?? null, ok: false, reason: thrown.fault };
  } finally {
    for (const adapter of adapters) await adapter.close();
  }
}

/** Signs in at every venue of a profile. */
async function probeAll(profile: Profile, signer: SignerHost, output: Output): Promise<number> {
  const onFlaw = ({ message }: Fault): void => output.say(message);
  const setup = { signer, cards: signer.cards, clock: await clockOf(profile), ccxtHost: ccxtHost(signer), onFlaw };
  const probed: Probed[] = [];
  for (const one of profile.venues) probed.push(await probe(one, setup, output));
  output.result(toJson(probed.length === 1 ? probed[0] : probed));
  return probed.every((one) => one.ok) ? DONE : FAILED;
}

const test: Verb = async (args, output) => {
  const { values, positionals } = options(args, { ...VAULT_OPTIONS, endpoint: { type: 'string' } });
  const named = profileNamed(required(positionals[0], 'the profile'));
  const profile = values.endpoint === undefined ? named : withEndpoint(named, values.endpoint);
  return withSigner(vaultFile(values), false, output, (signer) => probeAll(profile, signer, output));
};

const passphrase: Verb = async (args, output) => {
  const { values } = options(args, VAULT_OPTIONS);
  const file = vaultFile(values);
  return withSigner(file, false, output, async (signer, input) => {
    await signer.changePassphrase(await newPassphrase(input, 'new passphrase'));
    output.say(`${file} opens with the new passphrase only; copies of it made before still open with the old one`);
    return DONE;
  });
};

const recovery: Verb = async (args, output) => {
  const { values } = options(args, { ...VAULT_OPTIONS, out: { type: 'string' } });
  const out = required(values.out, '--out');
  return withSigner(vaultFile(values), false, output, async (signer) => {
    await signer.writeRecovery(out);
    output.say(
      `written: ${out}; it opens the vault without its passphrase: keep it apart from it, and from this machine`,
    );
    return DONE;
  });
};

const recover: Verb = async (args, output) => {
  const { values } = options(args, { ...VAULT_OPTIONS, from: { type: 'string' } });
  const [file, from] = [vaultFile(values), required(values.from, '--from')];
  const signer = vaultSignerAt(file);
  await signer.recover(from, await newPassphrase(secretInput(), 'new passphrase'));
  await signer.lock();
  output.say(`${file} opens with the new passphrase`);
  return DONE;
};

const VERBS: Readonly<Record<string, Verb>> = {
  ...{ add, list, remove, test, limit, passphrase, recovery, recover },
  import: importKey,
  export: exportKey,
};

export const keys: Command = {
  usage:
    'keel keys add --venue V --client-id ID|--address ADDRESS | import --venue V --keystore FILE [--account ID] [--scopes read,trade] [LIMITS] | limit KEY LIMITS | list | remove KEY | test PROFILE [--endpoint URL] | export KEY --keystore FILE | passphrase | recovery --out FILE | recover --from FILE   [--vault FILE]; LIMITS: [--per-order USD] [--per-day USD] [--only NAMES] [--confirm-above USD] [--tokens "SYMBOL CONTRACT DECIMALS A-TRANSACTION A-DAY, …"]',
  about:
    'the vault: passphrase, then secret, are asked for without echo, or read line by line from standard input; test signs in at the venue and tells what the key may do',
  async run(args, output) {
    const [name, ...rest] = args;
    const verb = name !== undefined && Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (verb === undefined) throw usageFault(`expected one of ${Object.keys(VERBS).join(', ')}, was "${name ?? ''}"`);
    return verb(rest, output);
  },
};
