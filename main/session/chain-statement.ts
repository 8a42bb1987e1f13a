import { type Address, getAddress, type Hex, isAddressEqual, keccak256, parseTransaction } from 'viem';
import { amissLine, line, type Statement, type StatementLine } from '#main/engine/confirm-port.ts';
import {
  CALLS,
  movesOf,
  PERMISSION,
  type ReadArgument,
  type ReadCall,
  readCall,
  STRANGE,
  type TokenMove,
} from '#main/keys/intents/evm-reading.ts';
import type { ChainConfig } from '#main/venues/evm/config.ts';
import { type SizedToken, tokensOf } from '#main/venues/evm/tokens.ts';
import type { Decimal } from '#shared/units/decimal.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { isoSeconds, SECOND } from '#shared/units/time.ts';

/** What is known here of what stands in a transaction's bytes. */
export interface StatementGround {
  readonly config: ChainConfig;
  /** Contracts of the configuration, by their address in small letters. */
  readonly names: ReadonlyMap<string, string>;
  /** Tokens of the configuration, and what stands for a perpetual's market, by the same. */
  readonly tokens: ReadonlyMap<string, SizedToken>;
  /** USD of one coin as last read; null where nothing tells. */
  readonly usdOf: (coin: UnderlyingId) => number | null;
  readonly own: Address;
  /** Who signs: "key 3f… of ethereum". */
  readonly key: string;
}

const WAYS: Readonly<Record<TokenMove['way'], string>> = {
  pays: 'Pays',
  lets: 'Lets it take',
  owes: 'Borrows',
  gets: 'Gets',
  trades: 'Trades',
};
const WEI_PLACES = { decimals: 18 };
const GWEI = 1e9;
const DATA_SHOWN = 200;

function dollars(quantity: Decimal, usd: number | null): string {
  if (usd === null) return 'no price is known';
  return `${(Number(quantity) * usd).toLocaleString('en-US', { maximumFractionDigits: 2 })} USD`;
}

/** "WETH at 0xC0…", or the bare address with a mark where nothing here knows it. */
function addressText({ names, tokens, own }: StatementGround, address: Hex): { text: string; known: boolean } {
  const name = names.get(address.toLowerCase()) ?? tokens.get(address.toLowerCase())?.symbol;
  if (isAddressEqual(address, own)) return { text: `your own address, ${address}`, known: true };
  if (name !== undefined) return { text: `${name}, ${address}`, known: true };
  return { text: `${address}, which is not in the profile`, known: false };
}

function moveLine(ground: StatementGround, { token, units, way }: TokenMove): StatementLine {
  const known = token === null ? undefined : ground.tokens.get(token.toLowerCase());
  if (units === 'all') {
    const of = known?.symbol ?? token ?? 'what is held';
    const text = way === 'lets' ? `any amount of ${of}, without a limit` : `all of ${of}`;
    return way === 'gets' ? line(WAYS[way], text) : amissLine(WAYS[way], text);
  }
  if (known === undefined) return amissLine(WAYS[way], `${units} smallest units of ${token ?? 'a token not named'}`);
  const quantity = tokensOf(units, known);
  const atLeast = way === 'gets' ? 'at least ' : '';
  return line(WAYS[way], `${atLeast}${quantity} ${known.symbol} (${dollars(quantity, ground.usdOf(known.coin))})`);
}

function argumentLine(ground: StatementGround, { name, value }: ReadArgument): StatementLine {
  if (typeof value === 'string' && value.length === 42) {
    const { text, known } = addressText(ground, value);
    return known ? line(name, text) : amissLine(name, text);
  }
  const seconds = Number(value);
  const isTime = name === 'deadline' && seconds < 1e11;
  return line(name, isTime ? isoSeconds(seconds * SECOND) : String(value));
}

function read(data: Hex): ReadCall | null {
  return readCall([...PERMISSION, ...CALLS, ...STRANGE], data);
}

function callLines(ground: StatementGround, to: Hex, data: Hex): readonly StatementLine[] {
  if (data === '0x') return [line('Function', 'none: it only uses up the nonce')];
  const call = read(data);
  if (call === null) {
    const bytes = data.length > DATA_SHOWN ? `${data.slice(0, DATA_SHOWN)}…` : data;
    return [amissLine('Function', `${data.slice(0, 10)}, which Keel does not know`), amissLine('Bytes', bytes)];
  }
  return [
    line('Function', call.name),
    ...movesOf(call, to).map((one) => moveLine(ground, one)),
    ...call.args.map((one) => argumentLine(ground, one)),
  ];
}

const wei = (units: bigint): Decimal => tokensOf(units, WEI_PLACES);

function gasLine({ config, usdOf }: StatementGround, gas: bigint, perGas: bigint): StatementLine {
  const { coin, fees } = config;
  const cap = gas * fees.mostPerGas < fees.mostPerTransaction ? gas * fees.mostPerGas : fees.mostPerTransaction;
  const most = wei(gas * perGas);
  const text = `at most ${most} ${coin} (${dollars(most, usdOf(coin))}): ${gas} gas at ${Number(perGas) / GWEI} gwei`;
  return line('Gas', `${text}; raised while it waits, to ${wei(cap)} ${coin} at most`);
}

/** What the call does, in a few words: "supply 10 WETH". */
function aboutOf(ground: StatementGround, to: Hex, data: Hex): string {
  const call = data === '0x' ? null : read(data);
  const moved = call === null ? [] : movesOf(call, to).filter((one) => one.way !== 'gets');
  const amounts = moved.map(({ token, units }) => {
    const known = token === null ? undefined : ground.tokens.get(token.toLowerCase());
    if (units === 'all') return `all ${known?.symbol ?? 'of it'}`;
    return known === undefined ? `${units} units` : `${tokensOf(units, known)} ${known.symbol}`;
  });
  return [call?.name ?? 'an unknown call', amounts.join(' and ')].filter((part) => part !== '').join(' ');
}

/**
 * The transaction whose unsigned bytes these are, in words; of the bytes alone, so that it shows what will be signed
 * whoever made them. Throws `intent-refused` for arguments that cannot be read, `other-chain` for another chain's.
 */
export function statementOf(bytes: Hex, ground: StatementGround): Statement {
  const { config, key, own } = ground;
  const { chainId, to, data = '0x', value = 0n, nonce = 0, gas = 0n, maxFeePerGas = 0n } = parseTransaction(bytes);
  if (chainId !== config.chainId || to == null) {
    throw new FaultError(fault('other-chain', `expected a transaction for chain ${config.chainId}, was ${chainId}`));
  }
  const contract = addressText(ground, getAddress(to));
  return {
    title: `Send a transaction on ${config.chain}?`,
    about: aboutOf(ground, to, data),
    lines: [
      line('Chain', `${config.chain}, number ${chainId}`),
      contract.known ? line('Contract', contract.text) : amissLine('Contract', contract.text),
      ...callLines(ground, getAddress(to), data),
      ...(value === 0n ? [] : [amissLine('Sends along', `${wei(value)} ${config.coin}`)]),
      gasLine(ground, gas, maxFeePerGas),
      line('Nonce', String(nonce)),
      line('Signed by', `${key}, ${own}`),
      line('Signed hash', keccak256(bytes)),
    ],
  };
}
