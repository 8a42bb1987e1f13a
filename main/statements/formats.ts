import { binance } from './binance.ts';
import { bybit } from './bybit.ts';
import { aave, uniswap } from './chain.ts';
import { deribit } from './deribit.ts';
import type { StatementFormat } from './format.ts';
import { generic } from './generic.ts';
import { hyperliquid } from './hyperliquid.ts';
import { okx } from './okx.ts';

/** Statements that can be imported, by the name the trader gives. */
export const STATEMENT_FORMATS: Readonly<Record<string, StatementFormat>> = {
  deribit,
  hyperliquid,
  binance,
  okx,
  bybit,
  aave,
  uniswap,
  generic,
};
