import { parseAbi, parseAbiItem } from 'viem';

/** What is asked of the contracts of Aave v3 (aave-v3-core, IPool, IAaveOracle, AaveProtocolDataProvider). */
export const POOL = parseAbi([
  'function getUserAccountData(address user) view returns (uint256 collateral, uint256 debt, uint256 available, uint256 threshold, uint256 ltv, uint256 healthFactor)',
  'function getUserEMode(address user) view returns (uint256)',
  'function getEModeCategoryData(uint8 id) view returns ((uint16 ltv, uint16 liquidationThreshold, uint16 liquidationBonus, address priceSource, string label))',
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function withdraw(address asset, uint256 amount, address to) returns (uint256)',
  'function borrow(address asset, uint256 amount, uint256 interestRateMode, uint16 referralCode, address onBehalfOf)',
  'function repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf) returns (uint256)',
  'function setUserUseReserveAsCollateral(address asset, bool use)',
  'function setUserEMode(uint8 category)',
]);

export const LIQUIDATION = parseAbiItem(
  'event LiquidationCall(address indexed collateral, address indexed debt, address indexed user, uint256 repaid, uint256 seized, address liquidator, bool receiveAToken)',
);

export const ORACLE = parseAbi([
  'function getAssetsPrices(address[] assets) view returns (uint256[])',
  'function BASE_CURRENCY_UNIT() view returns (uint256)',
]);

export const READER = parseAbi([
  'function getUserReserveData(address asset, address user) view returns (uint256 supplied, uint256 stableDebt, uint256 variableDebt, uint256, uint256, uint256, uint256, uint40, bool used)',
  'function getReserveConfigurationData(address asset) view returns (uint256 decimals, uint256 ltv, uint256 threshold, uint256 bonus, uint256, bool, bool, bool, bool active, bool frozen)',
  'function getReserveData(address asset) view returns (uint256, uint256, uint256, uint256, uint256, uint256 supplyRate, uint256 borrowRate, uint256, uint256, uint256, uint256, uint40)',
  'function getReserveEModeCategory(address asset) view returns (uint256)',
]);
