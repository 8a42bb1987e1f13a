import { describe, expect, it } from 'vitest';
import { deliveryFee, liquidationFee, tradeFee } from '#main/venues/paper/fees.ts';
import { startListing } from '#main/venues/paper/listing.ts';
import { decimal } from '#shared/units/decimal.ts';
import { plainBook, START } from '#test/fixtures/paper/market.ts';

const listed = startListing(plainBook(), 'BTC', START, 10_000);
const named = (name: string) => listed.find((one) => one.name === name)!;
const execution = (quantity: number, price: number) => ({
  quantity: decimal(quantity),
  price: decimal(price),
  index: decimal(10_000),
});

// Fees are money: each venue's own rule, to the last booked decimal (Deribit fees page 2021, Hyperliquid base tier 2025).
describe('fees', () => {
  it('of an inverse perpetual are in coin on its value', () => {
    expect(tradeFee(named('BTC-PERPETUAL'), execution(-10_000, 10_000), 'taker')).toBe('0.0005');
    expect(tradeFee(named('BTC-PERPETUAL'), execution(10_000, 10_000), 'maker')).toBe('0');
  });

  it('of options are 0.03 % of the coin, never more than 12.5 % of the premium', () => {
    expect(tradeFee(named('BTC-27MAR20-10000-C'), execution(2, 0.05), 'taker')).toBe('0.0006');
    expect(tradeFee(named('BTC-27MAR20-10000-C'), execution(2, 0.0005), 'taker')).toBe('0.000125');
    expect(tradeFee(named('BTC_USDC-27MAR20-10000-C'), execution(1, 500), 'taker')).toBe('3');
    expect(tradeFee(named('BTC_USDC-27MAR20-10000-C'), execution(1, 8), 'taker')).toBe('1');
  });

  it('of Hyperliquid follow its tiers', () => {
    expect(tradeFee(named('BTC'), execution(1, 10_000), 'taker')).toBe('4.5');
    expect(tradeFee(named('BTC'), execution(-1, 10_000), 'maker')).toBe('1.5');
    expect(tradeFee(named('BTC/USDC'), execution(1, 10_000), 'taker')).toBe('7');
  });

  it('are rounded up to what is booked', () => {
    expect(tradeFee(named('BTC-PERPETUAL'), execution(10, 9999.5), 'taker')).toBe('0.00000051');
    expect(tradeFee(named('BTC'), execution(0.001, 7777.7), 'taker')).toBe('0.0035');
  });

  it('of delivery and liquidation have their own rates', () => {
    expect(deliveryFee(named('BTC-27MAR20-10000-C'), execution(2, 0.05))).toBe('0.0003');
    expect(deliveryFee(named('BTC-27MAR20'), execution(10_000, 10_000))).toBe('0.00025');
    expect(liquidationFee(named('BTC-PERPETUAL'), execution(10_000, 10_000))).toBe('0.0075');
  });
});
