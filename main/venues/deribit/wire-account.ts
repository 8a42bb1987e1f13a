import { z } from 'zod';
import { booked, name, number, time, token } from './wire.ts';

// Field meanings: docs.deribit.com, "private/get_account_summaries", "get_positions", "get_transaction_log", "public/auth".

/** Requests per second, and at once. */
const pace = z.object({ rate: number.positive(), burst: number.positive() });

/** The account's own limits; older accounts have them in another form, which is as good as none. */
const wireLimits = z
  .object({ matching_engine: z.object({ trading: z.object({ total: pace }) }), non_matching_engine: pace })
  .nullish()
  .catch(null);

export const wireSummary = z.object({
  currency: name,
  equity: number,
  initial_margin: number,
  maintenance_margin: number,
  available_funds: number,
  /** Left out where the account is not margined by itself. */
  margin_balance: number.optional(),
  options_value: number.default(0),
  futures_session_upl: number.default(0),
  margin_model: z.string().max(40).nullish(),
  portfolio_margining_enabled: z.boolean().nullish(),
  limits: wireLimits,
});
export type WireSummary = z.infer<typeof wireSummary>;

export const wireSummaries = z.object({ summaries: z.array(wireSummary).max(200) });

const wirePosition = z.object({
  instrument_name: name,
  kind: z.string().max(40),
  /** Signed: USD for inverse futures and perpetuals, the coin otherwise. */
  size: booked,
  average_price: booked,
  floating_profit_loss: number,
  total_profit_loss: number,
  realized_funding: number.nullish(),
});
export type WirePosition = z.infer<typeof wirePosition>;

export const wirePositions = z.array(wirePosition).max(20_000);

/** `private/simulate_portfolio`: figures in `currency`. */
export const wireSimulation = z.object({
  currency: name,
  equity: number,
  projected_initial_margin: number,
  projected_maintenance_margin: number,
});

const wireLogEntry = z.object({
  id: z.int(),
  type: z.string().max(40),
  timestamp: time,
  currency: name,
  change: booked,
  cashflow: booked.nullish(),
  commission: booked.nullish(),
  instrument_name: name.nullish(),
  amount: booked.nullish(),
  position: booked.nullish(),
  side: z.string().max(40).nullish(),
  price: booked.nullish(),
  index_price: booked.nullish(),
  interest_pl: booked.nullish(),
});
export type WireLogEntry = z.infer<typeof wireLogEntry>;

export const wireLog = z.object({
  logs: z.array(wireLogEntry),
  continuation: z.union([z.int(), z.string().max(200)]).nullish(),
});

export const wireTransfers = z.object({
  data: z.array(
    z.object({
      id: z.int(),
      currency: name,
      amount: booked,
      direction: z.string().max(40).nullish(),
      state: z.string().max(40),
      type: z.string().max(40),
      other_side: z.string().max(128).nullish(),
      created_timestamp: time,
    }),
  ),
});

export const wireSettlements = z.object({
  settlements: z.array(
    z.object({
      type: z.string().max(40),
      timestamp: time,
      instrument_name: name.nullish(),
      position: booked.nullish(),
      profit_loss: booked.nullish(),
      session_profit_loss: booked.nullish(),
      funding: booked.nullish(),
      index_price: booked.nullish(),
      mark_price: booked.nullish(),
    }),
  ),
  continuation: z.string().max(200).nullish(),
});

/** `public/auth`. The tokens never leave the session module. */
export const wireAuth = z.object({
  refresh_token: token,
  /** Seconds. */
  expires_in: z.int().positive().max(1e9),
  scope: z.string().max(2000),
});
