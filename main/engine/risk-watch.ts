import type { RiskReport } from '#shared/risk/report.ts';
import { fault } from '#shared/units/result.ts';
import type { AutomationRules } from './automation-rules.ts';
import type { Core } from './core.ts';
import { raiseAlarm } from './core.ts';
import type { RiskLoop, Unsubscribe } from './ports.ts';
import type { RepeatedExecution } from './repeated-execution.ts';

/** Old numbers never drive a hedge: a late or broken risk loop leaves reductions only, until it reports again. */
export function attachRiskLoop(
  core: Core,
  loop: RiskLoop,
  repeated: RepeatedExecution,
  rules: AutomationRules,
): Unsubscribe {
  const { kernel, trading, risk, clock } = core;

  function takeReport(report: RiskReport): void {
    risk.dirtySince = null;
    trading.clear('risk-missing', 'risk-late');
    const inVain = repeated.report(report);
    if (inVain !== null) {
      trading.set('repeated-execution', inVain);
      raiseAlarm(core, inVain);
      core.arming.disarm(inVain);
      rules.stopAll(inVain);
    }
    kernel.notify({ type: 'risk', report });
  }

  const unsubscribe = loop.subscribe(
    (report) => kernel.post('risk report', () => takeReport(report)),
    (reason) =>
      kernel.post('risk fault', () => {
        trading.set('risk-late', fault('risk-late', `risk is late: ${reason.message}`, { cause: reason.code }));
        raiseAlarm(core, reason);
      }),
  );
  risk.loop = loop;
  risk.dirtySince = clock.now();
  loop.markDirty();
  return () => {
    unsubscribe();
    if (risk.loop !== loop) return;
    risk.loop = null;
    kernel.post('risk detached', () => {
      trading.set('risk-missing', fault('risk-missing', 'the risk loop was taken away'));
    });
  };
}
