// `keel onchain` on a real chain: without a key, what an address holds becomes the files that `keel risk` measures.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onchain } from '#main/cli/onchain.ts';
import { risk } from '#main/cli/risk.ts';
import { tmpFolder } from '#test/support/tmp-database.ts';
import { aaveConfig, perpConfig, uniswapConfig } from './evm/bench.ts';
import { type LocalChain, startLocalChain, TRADER } from './evm/local-chain.ts';

let chain: LocalChain;
beforeAll(async () => {
  chain = await startLocalChain();
  const { aave, deployer } = chain;
  const { WETH, USDC } = aave.tokens;
  const from = TRADER.address;
  await chain.fund(from, WETH, '20', [aave.pool]);
  await deployer.send(aave.pool, 'supply', [WETH.address, 10n * 10n ** 18n, from, 0], from);
  await deployer.send(aave.pool, 'borrow', [USDC.address, 30_000n * 10n ** 6n, 2n, 0, from], from);
});
afterAll(() => chain.close());

function addresses(more: object = {}) {
  const { owner, tokens, ...aave } = aaveConfig(chain, TRADER.address);
  const { owner: _same, tokens: _all, ...uniswap } = uniswapConfig(chain, TRADER.address);
  const { owner: _again, ...perp } = perpConfig(chain, TRADER.address);
  const local = {
    chain: 'local',
    chainId: 31_337,
    url: chain.anvil.url,
    tokens,
    aave: [aave],
    uniswap: [uniswap],
    perp: [perp],
  };
  return { owner, chains: [{ ...local, ...more }] };
}

async function printed(command: typeof onchain, args: readonly string[]) {
  const [results, said]: [string[], string[]] = [[], []];
  const code = await command.run(args, {
    result: (text) => void results.push(text),
    say: (text) => void said.push(text),
  });
  return { code, result: JSON.parse(results.join('')), said };
}

describe('keel onchain', () => {
  it('writes a book and a market that keel risk takes, with the contract’s health factor', async () => {
    const folder = tmpFolder();
    const [config, book, market] = ['addresses', 'book', 'market'].map((name) => join(folder, `${name}.json`)) as [string, string, string]; // biome-ignore format: one glance
    writeFileSync(config, JSON.stringify(addresses()));
    const found = await printed(onchain, ['--addresses', config, '--book', book, '--market', market]);
    expect([found.code, found.said]).toEqual([0, []]);
    const [loan] = found.result;
    expect(loan.pools[0].healthFactor).toBeCloseTo(1.1, 6);
    const { result } = await printed(risk, ['--book', book, '--market', market]);
    const pool = result.pools.find((one: { readonly account: string }) => one.account === 'loan');
    expect(pool.healthFactor).toBeCloseTo(loan.pools[0].healthFactor, 8);
    expect(result.excluded).toEqual([]);
    // 10 supplied, 10 in hand, 9,999.99 or so of the node's own coins.
    const delta = result.exposures.find(
      (one: { readonly by: string; readonly key: string }) => one.by === 'underlying' && one.key === 'ETH',
    ).delta;
    expect(delta).toBeGreaterThan(10_019.9);
    expect(delta).toBeLessThan(10_020.1);
  });

  it('refuses a file with the line, and a node of another chain', async () => {
    const config = join(tmpFolder(), 'addresses.json');
    const run = (content: object) => {
      writeFileSync(config, JSON.stringify(content, null, 2));
      return onchain.run(['--addresses', config], { result: () => undefined, say: () => undefined });
    };
    await expect(run({ ...addresses(), owner: '0x12' })).rejects.toThrow(
      /addresses\.json.*line 2.*owner.*40 hexadecimal digits/,
    );
    await expect(run(addresses({ chainId: 1 }))).rejects.toThrow('expected chain 1, the node is of chain 31337');
    await expect(run(addresses({ url: 'http://127.0.0.1:9' }))).rejects.toThrow(/^local: /);
    expect(readFileSync(config, 'utf8')).toContain('"chainId"');
  });
});

describe('the local chain as a program', () => {
  it('prints one line with its addresses, and ends with its standard input', () => {
    const start = join(import.meta.dirname, 'evm', 'start.ts');
    const { stdout, status } = spawnSync(process.execPath, [start], { input: '', encoding: 'utf8' });
    expect(status).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      venue: 'evm-local',
      chainId: 31_337,
      rpc: expect.stringMatching(/^http:\/\/127/),
    });
  });
});
