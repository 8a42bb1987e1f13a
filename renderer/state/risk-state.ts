import { useTerminal } from '#renderer/state/terminal.ts';
import { useTerminalAt } from '#renderer/state/throttled.ts';
import { type Freshness, type PanelState, READY } from '#renderer/ui/panel-state.ts';
import type { RiskFrame, StatusFrame } from '#shared/ipc/frames.ts';
import type { Fault } from '#shared/units/result.ts';

/** A report older than this no longer describes a market that moves. */
const STALE_AFTER_MS = 5_000;

export interface RiskState {
  readonly risk: RiskFrame | null;
  readonly state: PanelState;
  readonly freshness: Freshness | null;
}

/** What a panel that lives on the risk report has to show. */
export function riskPanelState(
  what: string,
  risk: RiskFrame | null,
  status: Pick<StatusFrame, 'session' | 'risk' | 'tape' | 'trading'> | null,
  broken: Fault | null,
): PanelState {
  if (risk === null) {
    if (broken !== null) {
      return {
        kind: 'error',
        what: `${what} cannot be computed: ${broken.message}`,
        since: null,
        stillWorks: 'Orders and the kill switch still work.',
        retry: null,
        details: `${broken.code}: ${broken.message}`,
      };
    }
    if (status !== null && status.session === null) return { kind: 'empty', sentence: 'No session is running.' };
    return { kind: 'loading', what: `Waiting for the first risk report` };
  }
  if (isStale(status)) {
    const why = `${what} is as of then; trading is ${status?.trading.state ?? 'not known'}`;
    return { kind: 'stale', ageMs: status?.risk?.ageMs ?? 0, why };
  }
  return READY;
}

function isStale(status: Pick<StatusFrame, 'risk' | 'tape'> | null): boolean {
  const still = status?.tape?.paused === true || status?.tape?.ended === true;
  return !still && (status?.risk?.ageMs ?? 0) > STALE_AFTER_MS;
}

/** Figures that are read need no more than four changes a second; a map that is watched follows every report. */
const READ_MS = 250;

/** The risk report and the state of a panel that shows `what` of it, at most every `everyMs`. */
export function useRiskState(what: string, everyMs = READ_MS): RiskState {
  const risk = useTerminalAt((terminal) => terminal.risk, everyMs);
  const status = useTerminalAt((terminal) => terminal.status, READ_MS);
  const broken = useTerminal((terminal) => terminal.fault);
  const ageMs = status?.risk?.ageMs;
  return {
    risk,
    state: riskPanelState(what, risk, status, broken),
    freshness: risk === null || ageMs === undefined ? null : { ageMs, stale: isStale(status) },
  };
}
