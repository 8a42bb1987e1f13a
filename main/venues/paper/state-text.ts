import { z } from 'zod';
import type { Position } from '#shared/domain/position.ts';
import type { Decimal } from '#shared/units/decimal.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { HistoryLine, PaperAccount, PaperOrder, PaperState, Taken } from './state.ts';

const FORMAT = 'keel-paper-1';

/** A record this project wrote itself: its kind is checked, its fields are trusted. */
function record<T extends object>() {
  return z.custom<T>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'an object');
}

const accountSchema = z.strictObject({
  id: z.string(),
  cash: z.array(z.tuple([z.string(), z.custom<Decimal>((value) => typeof value === 'string', 'a decimal')])),
  positions: z.array(record<Position>()),
  accrued: z.array(z.tuple([z.string(), z.number()])),
  warned: z.array(z.string()),
  cooldownUntil: z.array(z.tuple([z.string(), z.number()])),
  forgotten: z.int(),
});

const stateSchema = z.strictObject({
  format: z.literal(FORMAT),
  market: z.string(),
  now: z.int(),
  nextOrder: z.int(),
  nextTrade: z.int(),
  nextLine: z.int(),
  accounts: z.array(accountSchema),
  orders: z.array(record<PaperOrder>()),
  history: z.array(record<HistoryLine>()),
  taken: z.array(z.tuple([z.string(), record<Taken>()])),
  premiums: z.array(z.tuple([z.string(), record<{ sum: number; count: number }>()])),
});

type SavedAccount = z.infer<typeof accountSchema>;

function saveAccount(account: PaperAccount): SavedAccount {
  return {
    id: account.id,
    cash: [...account.cash],
    positions: [...account.positions.values()],
    accrued: [...account.accrued],
    warned: [...account.warned],
    cooldownUntil: [...account.cooldownUntil],
    forgotten: account.forgotten,
  };
}

function openAccount(saved: SavedAccount): PaperAccount {
  return {
    id: saved.id,
    cash: new Map(saved.cash),
    positions: new Map(saved.positions.map((one) => [one.instrument, one])),
    accrued: new Map(saved.accrued),
    warned: new Set(saved.warned),
    cooldownUntil: new Map(saved.cooldownUntil),
    forgotten: saved.forgotten,
  };
}

/** The state as one text, from which {@link decodeState} makes an equal one. */
export function encodeState(state: PaperState): string {
  const saved: z.infer<typeof stateSchema> = {
    format: FORMAT,
    market: state.market,
    now: state.now,
    nextOrder: state.nextOrder,
    nextTrade: state.nextTrade,
    nextLine: state.nextLine,
    accounts: [...state.accounts.values()].map(saveAccount),
    orders: [...state.orders.values()],
    history: state.history,
    taken: [...state.taken],
    premiums: [...state.premiums],
  };
  return JSON.stringify(saved);
}

function refusal(why: string, cause?: unknown): FaultError {
  return new FaultError(fault('paper-state', `the paper venue's saved state ${why}`), { cause });
}

/** Reads what {@link encodeState} wrote. A text of another market or of no known format is refused. */
export function decodeState(text: string, market: string): PaperState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refusal('is not JSON', cause);
  }
  const parsed = stateSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refusal(
      `is damaged at ${issue?.path.map(String).join('.') ?? 'its root'}: ${issue?.message ?? 'unreadable'}`,
    );
  }
  const saved = parsed.data;
  if (saved.market !== market) throw refusal(`belongs to "${saved.market}", expected "${market}"`);
  return {
    market: saved.market,
    now: saved.now,
    nextOrder: saved.nextOrder,
    nextTrade: saved.nextTrade,
    nextLine: saved.nextLine,
    accounts: new Map(saved.accounts.map((one) => [one.id, openAccount(one)])),
    orders: new Map(saved.orders.map((one) => [one.id, one])),
    history: saved.history,
    taken: new Map(saved.taken),
    premiums: new Map(saved.premiums),
  };
}
