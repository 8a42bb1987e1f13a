import { useMemo, useRef, useState } from 'react';
import { useKeptFocus } from '#renderer/charts/useKeptFocus.ts';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { useRiskState } from '#renderer/state/risk-state.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Panel } from '#renderer/ui/Panel.tsx';
import type { PanelState } from '#renderer/ui/panel-state.ts';
import { HeatBar, HeatSwitches } from './HeatBar.tsx';
import { HeatBody } from './HeatBody.tsx';
import style from './HeatmapPanel.module.css';
import { buildModel, type MapModel } from './model.ts';
import { FIRST_SETTINGS, forward, type MapSettings, nextView, scopeOf, widen } from './settings.ts';
import { useScenarios } from './source.ts';

const PANEL = 'risk';
/** The map is drawn at most ten times a second. */
const WATCH_MS = 100;

function toggleWhatIf(): void {
  useWorkbench.setState(({ whatIf }) => ({ whatIf: !whatIf }));
}

/** Profit and loss over spot and vol, Greeks over strike and expiry, profit and loss over spot and time. */
export function HeatmapPanel() {
  const underlying = useWorkbench((bench) => bench.underlying);
  const whatIf = useWorkbench((bench) => bench.whatIf);
  const line = useWorkbench((bench) => bench.ticketLine);
  const [shown, setShown] = useState(FIRST_SETTINGS);
  const [table, setTable] = useState(false);
  const settings = useMemo<MapSettings>(() => ({ ...shown, line: whatIf ? line : null }), [shown, whatIf, line]);

  const { risk, state, freshness } = useRiskState('The map', WATCH_MS);
  const source = useScenarios(risk, underlying, settings);
  const { scenarios } = source;
  const model = useMemo(
    () => (risk === null ? null : buildModel(settings, risk, underlying, scenarios)),
    [settings, risk, underlying, scenarios],
  );

  useCommand('heatmap.view', () => setShown(nextView), PANEL);
  useCommand('heatmap.wider', () => setShown((now) => widen(now, 1)), PANEL);
  useCommand('heatmap.narrower', () => setShown((now) => widen(now, -1)), PANEL);
  useCommand('heatmap.later', () => setShown((now) => forward(now, 1)), PANEL);
  useCommand('heatmap.earlier', () => setShown((now) => forward(now, -1)), PANEL);
  useCommand('panel.table', () => setTable((now) => !now), PANEL);
  useCommand('risk.what-if', toggleWhatIf);

  const last = useRef<MapModel | null>(null);
  if (model !== null) last.current = model;
  const nothing = settings.view === 'strikes' && model === null;
  const drawn = nothing ? null : (model ?? last.current);
  useKeptFocus(PANEL, `${table} ${drawn?.settings.view} ${drawn?.parts.length}`);
  return (
    <Panel
      id={PANEL}
      title={`Scenario ${shown.view === 'strikes' ? shown.greek : 'P&L'} · ${underlying}`}
      scope={scopeOf(shown)}
      currency={drawn?.figures.unit ?? 'USD'}
      freshness={freshness}
      actions={<HeatSwitches whatIf={whatIf} onWhatIf={toggleWhatIf} table={table} onTable={setTable} />}
      state={mapState(state, drawn === null && !nothing, source.fault?.message ?? null)}
    >
      <HeatBar settings={settings} onChange={setShown} />
      {nothing && risk !== null ? (
        <p className={style.nothing}>No options are held, so there is no strike to show.</p>
      ) : null}
      {drawn === null || risk === null ? null : (
        <HeatBody
          key={drawn.settings.view}
          model={drawn}
          risk={risk}
          underlying={underlying}
          table={table}
          pending={model === null}
          fault={source.fault}
        />
      )}
    </Panel>
  );
}

/** The panel's state: that of the risk report, or of the map when the report is there and the map is not. */
function mapState(risk: PanelState, missing: boolean, fault: string | null): PanelState {
  if (!missing || (risk.kind !== 'ready' && risk.kind !== 'stale')) return risk;
  if (fault === null) return { kind: 'loading', what: 'Computing the scenarios' };
  return {
    kind: 'error',
    what: `The scenarios cannot be computed: ${fault}`,
    since: null,
    stillWorks: 'The risk report in the header is not affected.',
    retry: null,
    details: fault,
  };
}
