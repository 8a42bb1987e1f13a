import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { KEY_LIMITS, type KeyCard, type KeyLimits, type KeyScope, type TokenLimit } from '#main/engine/signer-port.ts';
import type { SignerHost } from '#main/keys/signer-host.ts';
import { parseDecimal } from '#shared/units/decimal.ts';
import { DONE, type Output, options, required, toJson, usageFault } from './command.ts';
import { type SecretInput, secretInput } from './secret-input.ts';
import { openSigner, VAULT_OPTIONS, vaultFile } from './vault.ts';

export type Verb = (args: readonly string[], output: Output) => Promise<number>;

const SCOPES: readonly KeyScope[] = ['read', 'trade', 'transfer', 'withdraw'];
const LIMIT_OPTIONS = {
  'per-order': { type: 'string' },
  'per-day': { type: 'string' },
  only: { type: 'string' },
  'confirm-above': { type: 'string' },
  tokens: { type: 'string' },
} as const;
const CARD_OPTIONS = {
  ...VAULT_OPTIONS,
  ...LIMIT_OPTIONS,
  venue: { type: 'string' },
  account: { type: 'string' },
  scopes: { type: 'string', default: 'read,trade' },
  'accept-withdrawals': { type: 'boolean', default: false },
} as const;

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

function dollars(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw usageFault(`${option}: expected dollars, was "${text}"`);
}

function confirmUsdOf(text: string): number | undefined {
  return text === 'none' ? undefined : dollars(text, '--confirm-above');
}

function tokenLimit(text: string): TokenLimit {
  const [symbol, token, places, perTransaction, perDay, ...more] = text.trim().split(/\s+/);
  const [most, day] = [perTransaction, perDay].map((one) => parseDecimal(one ?? ''));
  const decimals = Number(places);
  const sound = /^0x[0-9a-fA-F]{40}$/.test(token ?? '') && Number.isInteger(decimals) && more.length === 0;
  if (symbol !== undefined && token !== undefined && most?.ok && day?.ok && sound) {
    return { token: `0x${token.slice(2)}`, symbol, decimals, perTransaction: most.value, perDay: day.value };
  }
  throw usageFault(
    `--tokens: expected SYMBOL CONTRACT DECIMALS A-TRANSACTION A-DAY, as in "USDC 0xA0b8… 6 50000 200000", was "${text}"`,
  );
}

function tokenLimits(text: string): readonly TokenLimit[] | undefined {
  return text === 'none' ? undefined : text.split(',').map(tokenLimit);
}

type LimitValues = { readonly [name in keyof typeof LIMIT_OPTIONS]?: string | undefined };

/** The limits that were asked for, those of `before` where nothing was said; undefined where nothing was at all. */
function limitsOf(values: LimitValues, before: KeyLimits = KEY_LIMITS): KeyLimits | undefined {
  const { 'per-order': perOrder, 'per-day': perDay, only, 'confirm-above': confirmAbove, tokens } = values;
  if ([perOrder, perDay, only, confirmAbove, tokens].every((one) => one === undefined)) return undefined;
  return {
    perOrderUsd: perOrder === undefined ? before.perOrderUsd : dollars(perOrder, '--per-order'),
    perDayUsd: perDay === undefined ? before.perDayUsd : dollars(perDay, '--per-day'),
    only: only === undefined ? before.only : only === 'all' ? null : only.split(',').map((one) => one.trim()),
    confirmUsd: confirmAbove === undefined ? before.confirmUsd : confirmUsdOf(confirmAbove),
    tokens: tokens === undefined ? before.tokens : tokenLimits(tokens),
  };
}

function wordsOf({ perOrderUsd, perDayUsd, only, confirmUsd, tokens = [] }: KeyLimits): string {
  return [
    `${perOrderUsd} USD an order, ${perDayUsd} a day`,
    ...(only === null ? [] : [`only ${only.join(' ')}`]),
    ...(confirmUsd === undefined ? [] : [`asks above ${confirmUsd} USD`]),
    ...tokens.map((one) => `${one.perTransaction} ${one.symbol} a transaction, ${one.perDay} a day`),
  ].join(', ');
}

/** A card on one line. */
export function lineOf({ id, venue, account, kind, publicId, scopes, limits = KEY_LIMITS, raise }: KeyCard): string {
  const later = raise === undefined ? '' : `; from ${new Date(raise.from).toISOString()}: ${wordsOf(raise.limits)}`;
  return `${id}  ${venue}  ${account}  ${publicId}  ${kind}  ${scopes.join(',')}  ${wordsOf(limits)}${later}`;
}

/** Opens the vault for as long as `act` takes. */
export async function withSigner(
  file: string,
  make: boolean,
  output: Output,
  act: (signer: SignerHost, input: SecretInput) => Promise<number>,
): Promise<number> {
  const input = secretInput();
  const signer = await openSigner(file, { make, output, input });
  try {
    return await act(signer, input);
  } finally {
    await signer.lock();
  }
}

function told(card: KeyCard, output: Output): number {
  output.say(lineOf(card));
  output.result(toJson(card));
  return DONE;
}

type CardValues = ReturnType<typeof options<typeof CARD_OPTIONS>>['values'];

function cardFrom(values: CardValues): Omit<KeyCard, 'id' | 'kind' | 'publicId'> {
  const venue = required(values.venue, '--venue');
  return {
    venue,
    account: values.account ?? venue,
    scopes: scopesOf(values.scopes, values['accept-withdrawals']),
    addedAt: Date.now(),
    limits: limitsOf(values),
  };
}

export const add: Verb = async (args, output) => {
  const { values } = options(args, { ...CARD_OPTIONS, 'client-id': { type: 'string' }, address: { type: 'string' } });
  const { address } = values;
  const own =
    address === undefined
      ? ({ kind: 'hmac-secret', publicId: required(values['client-id'], '--client-id or --address') } as const)
      : ({ kind: 'secp256k1', publicId: address } as const);
  const card = { ...cardFrom(values), ...own };
  return withSigner(vaultFile(values), true, output, async (signer, input) =>
    told(await signer.add(card, await input.ask(address === undefined ? 'client secret' : 'private key')), output),
  );
};

/** Takes a private key out of a keystore of geth or cast. */
export const importKey: Verb = async (args, output) => {
  const { values } = options(args, { ...CARD_OPTIONS, keystore: { type: 'string' } });
  const [card, name] = [cardFrom(values), required(values.keystore, '--keystore')];
  const text = readFileSync(name, 'utf8');
  return withSigner(vaultFile(values), true, output, async (signer, input) =>
    told(await signer.importKeystore(card, name, text, await input.ask('passphrase of the keystore')), output),
  );
};

export const exportKey: Verb = async (args, output) => {
  const { values, positionals } = options(args, { ...VAULT_OPTIONS, keystore: { type: 'string' } });
  const key = required(positionals[0], 'the key (keel keys list)');
  const file = required(values.keystore, '--keystore');
  if (existsSync(file)) throw usageFault(`--keystore: ${file} is there already`);
  return withSigner(vaultFile(values), false, output, async (signer, input) => {
    const text = await signer.exportKeystore(key, await input.ask('passphrase of the keystore'));
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
    output.say(`written: ${file}`);
    return DONE;
  });
};

export const limit: Verb = async (args, output) => {
  const { values, positionals } = options(args, { ...VAULT_OPTIONS, ...LIMIT_OPTIONS });
  const key = required(positionals[0], 'the key (keel keys list)');
  return withSigner(vaultFile(values), false, output, async (signer) => {
    const before = signer.cards.find((one) => one.id === key)?.limits;
    const limits = limitsOf(values, before);
    if (limits === undefined)
      throw usageFault('expected one of --per-order, --per-day, --only, --confirm-above, --tokens');
    return told(await signer.limit(key, limits), output);
  });
};
