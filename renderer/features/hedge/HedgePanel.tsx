import { StagedBox, useStaged } from '#renderer/features/ticket/StagedBox.tsx';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { runCommand, useCommand } from '#renderer/state/commands/registry.ts';
import { useRiskState } from '#renderer/state/risk-state.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { CommandKbd } from '#renderer/ui/Kbd.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import type { PanelState } from '#renderer/ui/panel-state.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { HedgeProposal } from '#shared/control/proposal.ts';
import type { Fault } from '#shared/units/result.ts';
import { AutoHedge } from './AutoHedge.tsx';
import { Effects } from './Effects.tsx';
import style from './HedgePanel.module.css';
import { RouteTable } from './RouteTable.tsx';
import { changeRatio } from './ratio.ts';
import { chosenRoute, LEAST_RATIO, MOST_RATIO, RATIO_STEP } from './routes.ts';
import { Target } from './Target.tsx';
import { useProposal } from './useProposal.ts';

const PANEL = 'hedge';

function stateOf(risk: PanelState, proposal: HedgeProposal | null, fault: Fault | null): PanelState {
  if (proposal !== null || (risk.kind !== 'ready' && risk.kind !== 'stale')) return risk;
  if (fault === null) return { kind: 'loading', what: 'Asking for the cheapest hedge' };
  return {
    kind: 'error',
    what: `No hedge can be proposed: ${fault.message}`,
    since: null,
    stillWorks: 'The ticket still works; the next report asks again.',
    retry: null,
    details: `${fault.code}: ${fault.message}`,
  };
}

/** From the delta now to the one wanted, by the cheapest way, with the reasons and with what doing nothing costs. */
export function HedgePanel() {
  const underlying = useWorkbench((bench) => bench.underlying);
  const ratio = useWorkbench((bench) => bench.hedgeRatio);
  const wanted = useWorkbench((bench) => bench.hedgeRoute);
  const { risk, state, freshness } = useRiskState('The hedge');
  const { proposal, fault } = useProposal(underlying, ratio, risk?.seq ?? null);
  const spot = risk?.spot[underlying] ?? Number.NaN;

  useCommand('hedge.less', () => changeRatio(-1), PANEL);
  useCommand('hedge.more', () => changeRatio(1), PANEL);

  return (
    <Panel
      id={PANEL}
      title={`Hedge · ${underlying} delta`}
      scope={proposal === null ? undefined : `report ${proposal.reportSeq}`}
      currency="USD"
      freshness={freshness}
      state={stateOf(state, proposal, fault)}
    >
      {proposal === null ? null : <Body proposal={proposal} fault={fault} ratio={ratio} wanted={wanted} spot={spot} />}
    </Panel>
  );
}

interface BodyProps {
  readonly proposal: HedgeProposal;
  readonly fault: Fault | null;
  readonly ratio: number;
  readonly wanted: number | null;
  readonly spot: number;
}

function Body({ proposal, fault, ratio, wanted, spot }: BodyProps) {
  const staged = useStaged('hedge');
  const chosen = chosenRoute(proposal, wanted);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard */}
      <section className={style.scroll} aria-label="Hedge proposal" tabIndex={0} data-panel-focus="">
        <Target proposal={proposal} />
        <Ratio ratio={ratio} />
        <AutoHedge />
        <RouteTable
          proposal={proposal}
          chosen={chosen}
          onChoose={(hedgeRoute) => useWorkbench.setState({ hedgeRoute })}
        />
        <Effects proposal={proposal} chosen={chosen} spot={spot} />
        {proposal.reasons.length === 0 ? null : (
          <ul className={style.reasons} aria-label="Reasons">
            {proposal.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
        {fault === null ? null : <SeverityMark severity="watch">{fault.message}</SeverityMark>}
      </section>
      <footer className={style.foot}>
        {staged === null ? <StageButton idle={chosen === null} /> : <StagedBox staged={staged} />}
      </footer>
    </>
  );
}

function StageButton({ idle }: { readonly idle: boolean }) {
  const keys = useTerminal((terminal) => terminal.status?.keys.state ?? 'LOCKED');
  return (
    <>
      <Button
        look="primary"
        command="hedge.stage"
        wide
        disabled={idle}
        onClick={(event) => runCommand('hedge.stage', pointerGesture(event, 'stage hedge button'), PANEL)}
      >
        Stage hedge
      </Button>
      <p className={style.hint}>
        <span>
          Sends nothing; <CommandKbd command="order.stage" /> commits it.
        </span>
        <SeverityMark severity={keys === 'ARMED' ? 'watch' : 'note'}>Keys {keys}</SeverityMark>
      </p>
    </>
  );
}

function Ratio({ ratio }: { readonly ratio: number }) {
  const text = `${Math.round(ratio * 100)}%`;
  return (
    <label className={style.ratio}>
      <span>Ratio</span>
      <CommandKbd command="hedge.less" />
      <input
        type="range"
        min={LEAST_RATIO}
        max={MOST_RATIO}
        step={RATIO_STEP}
        value={ratio}
        aria-valuetext={`${text} of the way to the target`}
        onChange={(event) => {
          const hedgeRatio = Math.round(event.currentTarget.valueAsNumber * 10) / 10;
          useWorkbench.setState({ hedgeRatio, hedgeRoute: null });
        }}
      />
      <CommandKbd command="hedge.more" />
      <strong className={style.share}>{text}</strong>
    </label>
  );
}
