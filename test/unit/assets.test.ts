// Wrapped coins and other dollars are recognised for what they are: by name, and on chains by contract only. The addresses
// carry their own check sum (EIP-55), which viem knows how to count.
import { getAddress } from 'viem';
import { describe, expect, it } from 'vitest';
import { ASSET_FORMS, coinOf, coinsPerUnit, formAt } from '#shared/domain/assets.ts';

describe('forms of one asset', () => {
  it('go by the coin they are a form of', () => {
    const told = ['WETH', 'stETH', 'wstETH', 'ETH', 'WBTC', 'cbBTC', 'BTC', 'USDC', 'USDC.e', 'USDT', 'SOL'].map(
      coinOf,
    );
    expect(told).toEqual(['ETH', 'ETH', 'ETH', 'ETH', 'BTC', 'BTC', 'BTC', 'USD', 'USD', 'USD', 'SOL']);
  });

  it('are found on a chain by contract, whatever they call themselves', () => {
    const weth = ASSET_FORMS.find((one) => one.asset === 'WETH')!;
    for (const place of weth.places) expect(formAt(place)?.asset).toBe('WETH');
    const lower = weth.places[0]!.address.toLowerCase() as `0x${string}`;
    expect(formAt({ chainId: 1, address: lower })?.asset).toBe('WETH');
    // The right contract on the wrong chain is a stranger.
    expect(formAt({ chainId: 56, address: lower })).toBeNull();
  });

  it('have addresses whose check sums hold, none of them twice on a chain', () => {
    const places = ASSET_FORMS.flatMap((one) => one.places);
    for (const { address } of places) expect(getAddress(address.toLowerCase())).toBe(address);
    expect(new Set(places.map((one) => `${one.chainId} ${one.address}`)).size).toBe(places.length);
    expect(ASSET_FORMS.every((one) => one.source.length > 10)).toBe(true);
  });

  it('count one for one, or as told, or not at all', () => {
    const rates = new Map([
      ['stETH', 0.9991],
      ['USDT', 0],
    ]);
    expect(coinsPerUnit('WBTC', rates)).toEqual({ ok: true, value: 1 });
    expect(coinsPerUnit('DOGE', rates)).toEqual({ ok: true, value: 1 });
    expect(coinsPerUnit('stETH', rates)).toEqual({ ok: true, value: 0.9991 });
    expect(coinsPerUnit('USDT', rates)).toMatchObject({ ok: false, error: { code: 'no-rate' } });
    expect(coinsPerUnit('wstETH', rates)).toMatchObject({ ok: false });
  });
});
