import { Choice, Stepper, Switch, ToolBar } from '#renderer/charts/ToolBar.tsx';
import { GREEK_WORDS, GREEKS } from './matrix.ts';
import { LAST_DAY, RANGES, rangeAt } from './ranges.ts';
import { COMPARES, forward, type MapSettings, VIEWS, widen } from './settings.ts';

type Shown = Omit<MapSettings, 'line'>;

export interface HeatBarProps {
  readonly settings: MapSettings;
  readonly onChange: (change: (now: Shown) => Shown) => void;
}

/** The map's settings as controls that carry their keys. */
export function HeatBar({ settings, onChange }: HeatBarProps) {
  const strikes = settings.view === 'strikes';
  const set = (change: Partial<Shown>) => onChange((now) => ({ ...now, ...change }));
  return (
    <ToolBar label="Map settings">
      <Choice
        label="View"
        value={settings.view}
        options={VIEWS.map(({ view, title }) => ({ value: view, text: title }))}
        onChange={(view) => set({ view })}
      />
      {strikes ? (
        <Choice
          label="Greek"
          value={settings.greek}
          options={GREEKS.map((greek) => ({ value: greek, text: GREEK_WORDS[greek].name }))}
          onChange={(greek) => set({ greek })}
        />
      ) : (
        <>
          <Stepper
            label="range"
            value={`±${Math.round(rangeAt(settings.range).spot * 100)}%`}
            less={{
              command: 'heatmap.narrower',
              run: () => onChange((now) => widen(now, -1)),
              disabled: settings.range === 0,
            }}
            more={{
              command: 'heatmap.wider',
              run: () => onChange((now) => widen(now, 1)),
              disabled: settings.range === RANGES.length - 1,
            }}
          />
          <Stepper
            label="days"
            value={`T+${settings.days}`}
            less={{
              command: 'heatmap.earlier',
              run: () => onChange((now) => forward(now, -1)),
              disabled: settings.days === 0,
            }}
            more={{
              command: 'heatmap.later',
              run: () => onChange((now) => forward(now, 1)),
              disabled: settings.days === LAST_DAY,
            }}
          />
        </>
      )}
      {settings.line !== null && !strikes ? (
        <Choice
          label="Compare"
          value={settings.compare}
          options={COMPARES.map(({ compare, title }) => ({ value: compare, text: title }))}
          onChange={(compare) => set({ compare })}
        />
      ) : null}
    </ToolBar>
  );
}

export interface HeatSwitchesProps {
  readonly whatIf: boolean;
  readonly onWhatIf: () => void;
  readonly table: boolean;
  readonly onTable: (table: boolean) => void;
}

export function HeatSwitches({ whatIf, onWhatIf, table, onTable }: HeatSwitchesProps) {
  return (
    <>
      <Switch pressed={whatIf} onChange={onWhatIf} command="risk.what-if" tint>
        What-if
      </Switch>
      <Switch pressed={table} onChange={onTable} command="panel.table">
        Table
      </Switch>
    </>
  );
}
