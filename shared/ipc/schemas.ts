import { z } from 'zod';
import { AUTOMATION_LEVELS, CONTROLLERS, LEAST_COOL_DOWN } from '#shared/domain/automation.ts';
import { type Decimal, type Price, parseDecimal, type Quantity } from '#shared/units/decimal.ts';

function decimalSchema<T extends Decimal>() {
  return z
    .string('a decimal in quotes, such as "12.5"')
    .max(64)
    .transform((text, context): T => {
      const parsed = parseDecimal<T>(text);
      if (parsed.ok) return parsed.value;
      context.addIssue({ code: 'custom', message: 'a decimal such as "12.5"' });
      return z.NEVER;
    });
}

export const price = decimalSchema<Price>();
export const quantity = decimalSchema<Quantity>();
export const id = z.string().min(1).max(128);
export const finite = z.number().finite();
/** A moment: epoch milliseconds, or ISO 8601 with a zone. */
export const moment = z.union(
  [z.int(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))],
  'a moment: epoch milliseconds, or ISO 8601 with a zone',
);

/** How and when a command was given; main decides from it whether a key press may still act (ui.md, Keys, rule 3). */
export const gesture = z.strictObject({
  by: z.enum(['key', 'pointer', 'palette']),
  /** Chord or control name. */
  with: z.string().max(64),
  /** Epoch ms of the press, by the window's clock. */
  pressedAt: finite,
  repeat: z.boolean(),
  trusted: z.boolean(),
  composing: z.boolean(),
  /** How long it was held, ms. */
  heldMs: finite.min(0),
});
export type Gesture = z.infer<typeof gesture>;

export const orderRequest = z.strictObject({
  account: id,
  instrument: id,
  side: z.enum(['buy', 'sell']),
  quantity,
  type: z.enum(['limit', 'market', 'stop']),
  limit: price.nullable(),
  trigger: price.nullable(),
  timeInForce: z.enum(['gtc', 'ioc', 'fok']),
  postOnly: z.boolean(),
  reduceOnly: z.boolean(),
});

export const transferRequest = z.strictObject({ from: id, to: id, currency: id, quantity: decimalSchema<Decimal>() });

const usd = finite.positive().max(1e9);
const hour = finite.min(0).max(24);

export const automationRule = z.strictObject({
  controller: z.enum(CONTROLLERS),
  underlying: id,
  accounts: z.array(id).min(1).max(20).readonly().nullable(),
  level: z.enum(AUTOMATION_LEVELS),
  dryRun: z.boolean(),
  budget: z.strictObject({
    perOrderUsd: usd,
    notionalUsd: usd,
    orders: z.int().min(1).max(10_000),
    lossUsd: usd,
    gasUsd: usd,
  }),
  hours: z.strictObject({ from: hour, to: hour }).nullable(),
  coolDownMs: finite.min(LEAST_COOL_DOWN).max(86_400_000),
});

export const underlying = id;
export const empty = z.strictObject({});
