import { readFileSync, writeFileSync } from 'node:fs';
import type { KeyCard, KeyScope } from '#main/engine/signer-port.ts';
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
import { secretInput } from './secret-input.ts';
import { openSigner, VAULT_OPTIONS, vaultFile } from './vault.ts';

const SCOPES: readonly KeyScope[] = ['read', 'trade', 'transfer', 'withdraw'];

function scopesOf(text: string, accepted: boolean): readonly KeyScope[] {
  const scopes = text.split(',').map((word) => {
    const scope = SCOPES.find((one) => one === word.trim());
    if (scope === undefined) throw usageFault(`--scopes: expected some of ${SCOPES.join(',')}, was "${word}"`);
    return scope;
  });
  if (scopes.includes('withdraw') && !accepted) {
    throw usageFault(
      '--scopes: a key that may withdraw is not taken; make one without that right, or say --accept-withdrawals',
    );
  }
  return scopes;
}

function line({ id, venue, account, kind, publicId, scopes }: KeyCard): string {
  return `${id}  ${venue}  ${account}  ${publicId}  ${kind}  ${scopes.join(',')}`;
}

type Verb = (args: readonly string[], output: Output) => Promise<number>;

async function withSigner(
  file: string,
  make: boolean,
  output: Output,
  act: (signer: SignerHost, input: ReturnType<typeof secretInput>) => Promise<number>,
): Promise<number> {
  const input = secretInput();
  const signer = await openSigner(file, { make, output, input });
  try {
    return await act(signer, input);
  } finally {
    await signer.lock();
  }
}

const add: Verb = async (args, output) => {
  const { values } = options(args, {
    ...VAULT_OPTIONS,
    venue: { type: 'string' },
    account: { type: 'string' },
    'client-id': { type: 'string' },
    scopes: { type: 'string', default: 'read,trade' },
    keystore: { type: 'string' },
    'accept-withdrawals': { type: 'boolean', default: false },
  });
  const venue = required(values.venue, '--venue');
  const card = {
    venue,
    account: values.account ?? venue,
    kind: values.keystore === undefined ? 'hmac-secret' : 'secp256k1',
    publicId: required(values['client-id'], '--client-id'),
    scopes: scopesOf(values.scopes, values['accept-withdrawals']),
    addedAt: Date.now(),
  } as const;
  const { keystore } = values;
  const text = keystore === undefined ? null : readFileSync(keystore, 'utf8');
  return withSigner(vaultFile(values), true, output, async (signer, input) => {
    const added =
      text === null
        ? await signer.add(card, await input.ask('client secret'))
        : await signer.importKeystore(card, keystore ?? '', text, await input.ask('passphrase of the keystore'));
    output.say(line(added));
    output.result(toJson(added));
    return DONE;
  });
};

/** Cards are in the clear: listing them asks for no passphrase. */
const list: Verb = async (args, output) => {
  const { values } = options(args, VAULT_OPTIONS);
  const file = vaultFile(values);
  const bytes = loadBytes(file);
  const cards = bytes === null ? [] : readVault(bytes, file).records.map(cardOf);
  output.say(cards.length === 0 ? `no keys in ${file}` : cards.map(line).join('\n'));
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

const exportKey: Verb = async (args, output) => {
  const { values, positionals } = options(args, { ...VAULT_OPTIONS, out: { type: 'string' } });
  const key = required(positionals[0], 'the key (keel keys list)');
  const out = required(values.out, '--out');
  return withSigner(vaultFile(values), false, output, async (signer, input) => {
    writeFileSync(out, await signer.exportKeystore(key, await input.ask('passphrase of the keystore')), {
      mode: 0o600,
    });
    output.say(`written: ${out}`);
    return DONE;
  });
};

/** Signs in at a venue and tells what the key may do there. Sends no order. */
async function probe(one: VenueProfile, setup: OpenSetup, output: Output): Promise<boolean> {
  const { venue, account } = one;
  const { adapters, rights, key } = openVenue(one, setup);
  try {
    let pools = 0;
    for (const adapter of adapters) {
      await adapter.connect();
      for (const { id } of await adapter.accounts()) pools += (await adapter.snapshot(id)).pools.length;
    }
    const may = rights();
    output.say(
      `${venue} let ${key?.publicId ?? account.id} in${may === null ? '' : may.trade ? ': may trade' : ': reads only'}`,
    );
    output.result(toJson({ venue, key: key?.id ?? null, ok: true, rights: may, pools }));
    return true;
  } catch (thrown) {
    if (!(thrown instanceof FaultError)) throw thrown;
    output.say(thrown.fault.message);
    output.result(toJson({ venue, key: key?.id ?? null, ok: false, reason: thrown.fault }));
    return false;
  } finally {
    for (const adapter of adapters) await adapter.close();
  }
}

/** Signs in at every venue of a profile. */
async function probeAll(profile: Profile, signer: SignerHost, output: Output): Promise<number> {
  const onFlaw = ({ message }: Fault): void => output.say(message);
  const setup = { signer, cards: signer.cards, clock: await clockOf(profile), onFlaw };
  let code = DONE;
  for (const one of profile.venues) if (!(await probe(one, setup, output))) code = FAILED;
  return code;
}

const test: Verb = async (args, output) => {
  const { values, positionals } = options(args, { ...VAULT_OPTIONS, endpoint: { type: 'string' } });
  const named = profileNamed(required(positionals[0], 'the profile'));
  const profile = values.endpoint === undefined ? named : withEndpoint(named, values.endpoint);
  return withSigner(vaultFile(values), false, output, (signer) => probeAll(profile, signer, output));
};

const VERBS: Readonly<Record<string, Verb>> = { add, list, remove, test, export: exportKey };

export const keys: Command = {
  usage:
    'keel keys add --venue deribit --client-id ID [--account ID] [--scopes read,trade] [--keystore FILE] | list | remove KEY | test PROFILE [--endpoint URL] | export KEY --out FILE   [--vault FILE]',
  about:
    'the vault: passphrase, then secret, are asked for without echo, or read line by line from standard input; test signs in at the venue and tells what the key may do',
  async run(args, output) {
    const [name, ...rest] = args;
    const verb = name !== undefined && Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (verb === undefined) throw usageFault(`expected one of ${Object.keys(VERBS).join(', ')}, was "${name ?? ''}"`);
    return verb(rest, output);
  },
};
