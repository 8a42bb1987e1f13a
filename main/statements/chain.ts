import { type AbiEvent, decodeEventLog, type Hex, parseAbi } from 'viem';
import type { StatementFact } from '#shared/domain/statement.ts';
import {
  add,
  type Decimal,
  decimal,
  divide,
  isZero,
  negate,
  type Price,
  sign,
  subtract,
  ZERO,
} from '#shared/units/decimal.ts';
import type { EpochMs } from '#shared/units/time.ts';
import {
  cashFact,
  fillFact,
  type Layout,
  NO_FEE,
  type ReadContext,
  type RowOutcome,
  type StatementFormat,
} from './format.ts';
import { spot } from './instruments.ts';
import type { StatementRow } from './statement-row.ts';
import { type ChainToken, tokenOf } from './tokens.ts';

/** Events of Aave v3's pool and its scaled tokens, and of Uniswap v3's position manager. */
const EVENTS = parseAbi([
  'event Supply(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, uint16 indexed referralCode)',
  'event Withdraw(address indexed reserve, address indexed user, address indexed to, uint256 amount)',
  'event Borrow(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, uint8 interestRateMode, uint256 borrowRate, uint16 indexed referralCode)',
  'event Repay(address indexed reserve, address indexed user, address indexed repayer, uint256 amount, bool useATokens)',
  'event LiquidationCall(address indexed collateralAsset, address indexed debtAsset, address indexed user, uint256 debtToCover, uint256 liquidatedCollateralAmount, address liquidator, bool receiveAToken)',
  'event Mint(address indexed caller, address indexed onBehalfOf, uint256 value, uint256 balanceIncrease, uint256 index)',
  'event Burn(address indexed from, address indexed target, uint256 value, uint256 balanceIncrease, uint256 index)',
  'event IncreaseLiquidity(uint256 indexed tokenId, uint128 liquidity, uint256 amount0, uint256 amount1)',
  'event DecreaseLiquidity(uint256 indexed tokenId, uint128 liquidity, uint256 amount0, uint256 amount1)',
  'event Collect(uint256 indexed tokenId, address recipient, uint256 amount0, uint256 amount1)',
]);

const ETHER = 18;

/** A log's place and time. */
interface Where {
  readonly id: string;
  readonly at: EpochMs;
}

function whole(units: bigint, decimals: number): Decimal {
  return decimal(`${units}e-${decimals}`);
}

function token(row: StatementRow, context: ReadContext, address: string): ChainToken {
  const known = tokenOf(context.tokens, address);
  if (known !== null) return known;
  throw row.wrong('address', `a known token, or --token ${address}=SYMBOL:DECIMALS`);
}

type Decoded = ReturnType<typeof decodeEventLog<typeof EVENTS>>;

function decoded(row: StatementRow): Decoded | null {
  let topics: unknown;
  try {
    topics = JSON.parse(row.filled('topics', 'topics'));
  } catch {
    throw row.wrong('topics', 'a list of topics');
  }
  if (!Array.isArray(topics) || topics.length === 0) throw row.wrong('topics', 'a list of topics');
  const data = row.text('data') || '0x';
  try {
    return decodeEventLog({
      abi: EVENTS as readonly AbiEvent[],
      topics: topics as [Hex, ...Hex[]],
      data: data as Hex,
    }) as Decoded;
  } catch {
    // An event of something else: transfers, approvals, price updates.
    return null;
  }
}

function cash(row: StatementRow, context: ReadContext, where: Where, address: string, units: bigint): StatementFact {
  const { symbol, decimals } = token(row, context, address);
  const amount = whole(units, decimals);
  return cashFact(context, sign(amount) < 0 ? 'withdrawal' : 'deposit', { ...where, currency: symbol, amount });
}

/** A scaled token tells what interest its holder got, or a debt token what he owes, since the last event. */
function interest(row: StatementRow, context: ReadContext, where: Where, increase: bigint): RowOutcome {
  const one = token(row, context, row.filled('address', 'an address'));
  if (one.holds === 'token') return { skipped: `${one.symbol} is neither a supplied nor a debt token` };
  if (increase === 0n) return { skipped: 'no interest since the last event' };
  const amount = whole(one.holds === 'debt' ? -increase : increase, one.decimals);
  return { facts: [cashFact(context, 'interest', { ...where, currency: one.symbol, amount })] };
}

/** Collateral taken for a debt: an exchange at the liquidator's price, penalty included. */
function liquidation(
  row: StatementRow,
  context: ReadContext,
  { id, at }: Where,
  args: Extract<Decoded, { eventName: 'LiquidationCall' }>['args'],
): RowOutcome {
  const [taken, owed] = [token(row, context, args.collateralAsset), token(row, context, args.debtAsset)];
  const quantity = whole(-args.liquidatedCollateralAmount, taken.decimals);
  if (isZero(quantity)) return { skipped: 'a liquidation that took nothing' };
  const price: Price = divide(whole(args.debtToCover, owed.decimals), negate(quantity));
  const instrument = context.listed(spot(context.venue, `${taken.symbol}/${owed.symbol}`, taken.symbol, owed.symbol));
  const traded = { trade: id, instrument, quantity, price, fee: NO_FEE, feeCurrency: owed.symbol, at };
  return { facts: [fillFact(context, { ...traded, cause: 'liquidation' })] };
}

/** Both tokens of a Uniswap position, by its number. */
function pairOf(row: StatementRow, context: ReadContext, tokenId: bigint): readonly [ChainToken, ChainToken] {
  const [first, second] = (context.ranges.get(String(tokenId)) ?? '').split('/');
  if (first && second) return [token(row, context, first), token(row, context, second)];
  throw row.wrong('topics', `a known position, or --range ${tokenId}=TOKEN0/TOKEN1 (addresses)`);
}

type Amounts = readonly [bigint, bigint];

function liquidity(
  row: StatementRow,
  context: ReadContext,
  where: Where,
  tokenId: bigint,
  amounts: Amounts,
): RowOutcome {
  const facts = pairOf(row, context, tokenId).map(({ symbol, decimals }, at) =>
    cashFact(context, 'deposit', {
      ...where,
      id: `${where.id}/${at}`,
      currency: symbol,
      amount: whole(amounts[at] ?? 0n, decimals),
    }),
  );
  return { facts };
}

/** What was taken out of the range waits to be collected; what is collected beyond it are fees. */
function collected(
  row: StatementRow,
  context: ReadContext,
  where: Where,
  tokenId: bigint,
  amounts: Amounts,
): RowOutcome {
  const facts = pairOf(row, context, tokenId).flatMap(({ symbol, decimals }, at): StatementFact[] => {
    const key = `owed ${tokenId} ${at}`;
    const amount = whole(amounts[at] ?? 0n, decimals);
    const owed = context.memory.get(key) ?? ZERO;
    const fees = subtract(amount, owed);
    context.memory.set(key, sign(fees) < 0 ? negate(fees) : ZERO);
    const earned = sign(fees) > 0 ? [cashFact(context, 'lp-fee', { ...where, id: `${where.id}/fee${at}`, currency: symbol, amount: fees })] : []; // biome-ignore format: one fact
    return [
      ...earned,
      cashFact(context, 'withdrawal', { ...where, id: `${where.id}/${at}`, currency: symbol, amount: negate(amount) }),
    ];
  });
  return { facts };
}

function leaving(row: StatementRow, context: ReadContext, tokenId: bigint, amounts: Amounts): RowOutcome {
  for (const [at, { decimals }] of pairOf(row, context, tokenId).entries()) {
    const key = `owed ${tokenId} ${at}`;
    context.memory.set(key, add(context.memory.get(key) ?? ZERO, whole(amounts[at] ?? 0n, decimals)));
  }
  return { skipped: 'liquidity taken out: counted when it is collected' };
}

function eventOutcome(row: StatementRow, context: ReadContext, where: Where, log: Decoded): RowOutcome {
  switch (log.eventName) {
    // What is owed counts against the account: borrowing takes out, repaying brings in.
    case 'Supply':
    case 'Repay':
      return { facts: [cash(row, context, where, log.args.reserve, log.args.amount)] };
    case 'Withdraw':
    case 'Borrow':
      return { facts: [cash(row, context, where, log.args.reserve, -log.args.amount)] };
    case 'Mint':
    case 'Burn':
      return interest(row, context, where, log.args.balanceIncrease);
    case 'LiquidationCall':
      return liquidation(row, context, where, log.args);
    case 'IncreaseLiquidity':
      return liquidity(row, context, where, log.args.tokenId, [log.args.amount0, log.args.amount1]);
    case 'DecreaseLiquidity':
      return leaving(row, context, log.args.tokenId, [log.args.amount0, log.args.amount1]);
    case 'Collect':
      return collected(row, context, where, log.args.tokenId, [log.args.amount0, log.args.amount1]);
  }
}

/** Gas of a transaction, once, where the file has it beside the logs. */
function gasOf(row: StatementRow, context: ReadContext, at: EpochMs): readonly StatementFact[] {
  if (row.text('gasUsed') === '' || row.text('effectiveGasPrice') === '') return [];
  const hash = row.filled('transactionHash', 'a hash');
  if (context.memory.has(`gas ${hash}`)) return [];
  context.memory.set(`gas ${hash}`, ZERO);
  const amount = whole(-(BigInt(row.text('gasUsed')) * BigInt(row.text('effectiveGasPrice'))), ETHER);
  return [cashFact(context, 'gas', { id: `gas/${hash}`, at, currency: 'ETH', amount })];
}

function timeOf(row: StatementRow): EpochMs {
  const column = row.column('blockTimestamp', 'timestamp');
  const text = row.filled(column, 'the time of the block');
  return text.startsWith('0x') ? Number(BigInt(text)) * 1_000 : row.time(column);
}

function read(row: StatementRow, context: ReadContext): RowOutcome {
  const log = decoded(row);
  if (log === null) return { skipped: 'an event that moves nothing of a position' };
  const at = timeOf(row);
  const index = Number(row.filled('logIndex', 'the number of the log'));
  if (!Number.isSafeInteger(index)) throw row.wrong('logIndex', 'a number');
  const where = { id: `${row.filled('transactionHash', 'a hash')}/${index}`, at };
  const outcome = eventOutcome(row, context, where, log);
  const gas = gasOf(row, context, at);
  if (gas.length === 0) return outcome;
  return { facts: [...('facts' in outcome ? outcome.facts : []), ...gas] };
}

const LAYOUT: Layout = {
  required: ['address', 'topics', 'data', 'transactionHash', 'logIndex', 'blockTimestamp|timestamp'],
  known: ['blockNumber', 'blockHash', 'transactionIndex', 'removed', 'gasUsed', 'effectiveGasPrice'],
  read,
};

const LOGS = { about: 'list of event logs (eth_getLogs with blockTimestamp), JSON or JSON lines', layouts: [LAYOUT] };
/** Aave v3: supplies, loans, interest and liquidations of one owner's logs. */
export const aave: StatementFormat = { venue: 'aave', ...LOGS };
/** Uniswap v3: liquidity put in and taken out, and the fees it earned. Logs from the position's beginning, oldest first. */
export const uniswap: StatementFormat = { venue: 'uniswap', ...LOGS };
