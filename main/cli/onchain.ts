import { writeFileSync } from 'node:fs';
import { machineClock } from '#main/session/machine-clock.ts';
import type { ProtocolState } from '#main/venues/evm/protocol.ts';
import type { BookFile, MarketFile } from '#shared/ipc/files.ts';
import { type OnchainFile, onchainFile } from '#shared/ipc/onchain-file.ts';
import { isDollar } from '#shared/risk/assemble.ts';
import { toFault } from '#shared/units/result.ts';
import { type Command, DONE, FAILED, options, readInput, required, toJson, usageFault } from './command.ts';

/** Everything of every chain, all at once. The chain's client is loaded here: no other command waits for it. */
async function statesOf(file: OnchainFile): Promise<readonly ProtocolState[]> {
  const [{ openChains, protocolsOf }, { checkChain }] = await Promise.all([
    import('#main/venues/evm/protocols.ts'),
    import('#main/venues/evm/chain.ts'),
  ]);
  const chains = openChains(file, machineClock());
  const read = chains.map(async (chain) => {
    await checkChain(chain.line);
    return Promise.all(protocolsOf(chain).map((one) => one.read()));
  });
  return (await Promise.all(read)).flat();
}

/** What is held, as `keel risk` and the others take it. */
function bookOf(states: readonly ProtocolState[]): BookFile {
  return {
    accounts: states.map((one) => one.account),
    instruments: states.flatMap((one) => one.instruments),
    positions: states.flatMap((one) => one.positions),
    balances: states.flatMap((one) => one.balances),
  };
}

/** What it is worth, by the protocols' own prices as of the newest block. */
function marketOf(states: readonly ProtocolState[]): MarketFile {
  const index = new Map<string, number>();
  for (const { instruments, quotes } of states) {
    instruments.forEach(({ underlying }, i) => {
      const quote = quotes[i];
      if (quote !== undefined && !isDollar(underlying)) index.set(underlying, quote.index);
    });
  }
  return {
    asOf: Math.max(...states.map((one) => one.block.at)),
    index: Object.fromEntries(index),
    quotes: states.flatMap((one) => one.quotes.map(({ tsEvent: _event, tsReceived: _received, ...rest }) => rest)),
  };
}

function summaryOf({ account, block, positions, balances, pools, flaws }: ProtocolState) {
  const { number, hash, at } = block;
  return { account, block: { number: Number(number), hash, at }, positions, balances, pools, flaws };
}

function save(path: string | undefined, content: object): void {
  if (path === undefined) return;
  try {
    writeFileSync(path, `${toJson(content)}\n`);
  } catch (thrown) {
    throw usageFault(`${path} cannot be written: ${toFault(thrown).message}`);
  }
}

export const onchain: Command = {
  usage: 'keel onchain --addresses ADDRESSES.json [--book BOOK.json] [--market MARKET.json]',
  about:
    'what an address holds at Aave, Uniswap and Perp v2, each as of one block, as JSON; writes it as the files that keel risk and the others take; needs no key and sends nothing; exit 1 where something is held that is not counted, or Keel and a contract disagree',
  async run(args, output) {
    const { values } = options(args, {
      addresses: { type: 'string' },
      book: { type: 'string' },
      market: { type: 'string' },
    });
    const states = await statesOf(readInput(onchainFile, required(values.addresses, '--addresses ADDRESSES.json')));
    save(values.book, bookOf(states));
    save(values.market, marketOf(states));
    output.result(toJson(states.map(summaryOf)));
    const flaws = states.flatMap((one) => one.flaws);
    for (const { message } of flaws) output.say(message);
    return flaws.length === 0 ? DONE : FAILED;
  },
};
