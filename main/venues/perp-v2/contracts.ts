import { parseAbi, parseAbiItem } from 'viem';

/** What is asked of the contracts of Perp v2 (perp-curie-contract). Numbers have 18 decimals, the vault's those of its token. */
export const CLEARING_HOUSE = parseAbi([
  'struct Open { address baseToken; bool isBaseToQuote; bool isExactInput; uint256 amount; uint256 oppositeAmountBound; uint256 deadline; uint160 sqrtPriceLimitX96; bytes32 referralCode; }',
  'struct Close { address baseToken; uint160 sqrtPriceLimitX96; uint256 oppositeAmountBound; uint256 deadline; bytes32 referralCode; }',
  'function getAccountValue(address trader) view returns (int256)',
  'function openPosition(Open params) returns (uint256 base, uint256 quote)',
  'function closePosition(Close params) returns (uint256 base, uint256 quote)',
]);

export const LIQUIDATION = parseAbiItem(
  'event PositionLiquidated(address indexed trader, address indexed base, uint256 notional, uint256 size, uint256 fee, address liquidator)',
);

export const ACCOUNT_BALANCE = parseAbi([
  'function getTakerPositionSize(address trader, address base) view returns (int256)',
  'function getTakerOpenNotional(address trader, address base) view returns (int256)',
  'function getTotalPositionSize(address trader, address base) view returns (int256)',
  'function getMarginRequirementForLiquidation(address trader) view returns (int256)',
  'function getPnlAndPendingFee(address trader) view returns (int256 realised, int256 unrealised, uint256 fee)',
  'function getMarkPrice(address base) view returns (uint256)',
]);

export const EXCHANGE = parseAbi([
  'function getPendingFundingPayment(address trader, address base) view returns (int256)',
  'function getSqrtMarketTwapX96(address base, uint32 seconds) view returns (uint160)',
]);

export const BASE_TOKEN = parseAbi(['function getIndexPrice(uint256 seconds) view returns (uint256)']);

export const VAULT = parseAbi([
  'function getFreeCollateral(address trader) view returns (uint256)',
  'function deposit(address token, uint256 amount)',
  'function withdraw(address token, uint256 amount)',
]);
