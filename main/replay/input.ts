import type { Engine } from '#main/engine/engine.ts';
import type { EngineLimits } from '#main/engine/limits.ts';
import type { Capabilities, VenueAdapter, VenueEvent } from '#main/engine/ports.ts';
import type { Quote } from '#shared/market/quote.ts';
import type { Exposure } from '#shared/risk/report.ts';
import type { VenueId } from '#shared/units/ids.ts';
import type { Fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** What the desk can be asked that changes the engine's state. */
export type DeskMethod = Exclude<
  { [K in keyof Engine]: Engine[K] extends (...args: never) => unknown ? K : never }[keyof Engine],
  'preview' | 'openExposure' | 'depth' | 'whenAnswered' | 'attachRisk' | 'subscribe'
>;

/** How a venue's answer to one call came out. `ours`: the failure was a fault already, not another exception. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: Fault; readonly ours: boolean };

/** The parts of a risk report that the engine's state depends on. */
export interface ReportDigest {
  readonly seq: number;
  readonly exposures: readonly Exposure[];
}

/** Everything that reaches the kernel, one at a time. What is not here cannot change its state. */
export type Input =
  | { readonly type: 'quotes'; readonly venue: VenueId; readonly quotes: readonly Quote[] }
  | { readonly type: 'event'; readonly venue: VenueId; readonly event: Exclude<VenueEvent, { type: 'quotes' }> }
  /** The answer to the engine's n-th call of a venue. */
  | { readonly type: 'answer'; readonly call: number; readonly answer: Answer }
  /** The n-th timer the engine set fires. */
  | { readonly type: 'timer'; readonly timer: number }
  | { readonly type: 'risk'; readonly report: ReportDigest }
  | { readonly type: 'risk-fault'; readonly reason: Fault }
  | { readonly type: 'desk'; readonly method: DeskMethod; readonly args: readonly unknown[] };

/** A venue as the engine asks it without waiting. */
export interface VenueTraits {
  readonly id: VenueId;
  readonly kind: VenueAdapter['kind'];
  readonly capabilities: Capabilities;
}

/** What a run of the engine begins with, beside the journal's first `seq` entries. */
export interface RunHead {
  readonly seq: number;
  /** Quotes on the tape before the run. */
  readonly quotes: number;
  readonly limits: EngineLimits;
  readonly installId: string;
  readonly autoResume: boolean;
  readonly session: { readonly profile: string; readonly tape: string; readonly seed: number };
  readonly venues: readonly VenueTraits[];
}

/** One line of a recording. `quotes` inputs name how many of the tape's next quotes they are. */
export type RecordedLine =
  | { readonly type: 'run'; readonly at: EpochMs; readonly head: RunHead }
  | { readonly type: 'input'; readonly at: EpochMs; readonly input: Exclude<Input, { type: 'quotes' }> }
  | { readonly type: 'quotes'; readonly at: EpochMs; readonly venue: VenueId; readonly rows: number }
  /** How the tape of a paper session ran from then on; speed is tape time per engine time, 0 while it was paused. */
  | { readonly type: 'motion'; readonly at: EpochMs; readonly tapeAt: EpochMs; readonly speed: number }
  /** A setting as it was when the engine first read it, while the input before this line was at work. */
  | { readonly type: 'setting'; readonly name: string; readonly value: string | null }
  /** The journal refused the n-th write of the run, while the input before this line was at work. */
  | { readonly type: 'refusal'; readonly write: number; readonly reason: Fault; readonly ours: boolean }
  /** The hash of the engine's state after everything before this line. */
  | { readonly type: 'state'; readonly seq: number; readonly hash: string };

const NOT_FINITE = '$number';

/** JSON that keeps NaN and infinities, which a risk report or a broken venue may hold. */
export function toLine(line: RecordedLine): string {
  return JSON.stringify(line, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? { [NOT_FINITE]: String(value) } : value,
  );
}

/** The reverse of {@link toLine}. Throws SyntaxError for what it did not write. */
export function fromLine(text: string): RecordedLine {
  return JSON.parse(text, (_key, value: unknown) => {
    const spelled = typeof value === 'object' && value !== null && NOT_FINITE in value ? value[NOT_FINITE] : undefined;
    return typeof spelled === 'string' ? Number(spelled) : value;
  }) as RecordedLine;
}
