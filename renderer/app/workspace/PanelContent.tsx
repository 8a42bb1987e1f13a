import { Component, type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { AlertsPanel } from '#renderer/features/alerts/AlertsPanel.tsx';
import { FillsPanel } from '#renderer/features/fills/FillsPanel.tsx';
import { OrdersPanel } from '#renderer/features/orders/OrdersPanel.tsx';
import { PositionsPanel } from '#renderer/features/positions/PositionsPanel.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { InTabset } from '#renderer/ui/panel-slots.tsx';
import { PANEL_TITLES, type PanelId } from './panels.ts';

const COMPONENTS: Readonly<Record<PanelId, ComponentType>> = {
  positions: PositionsPanel,
  orders: OrdersPanel,
  fills: FillsPanel,
  alerts: AlertsPanel,
  margin: lazy(async () => ({ default: (await import('#renderer/features/margin/MarginPanel.tsx')).MarginPanel })),
  risk: lazy(async () => ({ default: (await import('#renderer/features/heatmap/HeatmapPanel.tsx')).HeatmapPanel })),
  payoff: lazy(async () => ({ default: (await import('#renderer/features/payoff/PayoffPanel.tsx')).PayoffPanel })),
  vol: lazy(async () => ({ default: (await import('#renderer/features/vol/VolPanel.tsx')).VolPanel })),
  hedge: lazy(async () => ({ default: (await import('#renderer/features/hedge/HedgePanel.tsx')).HedgePanel })),
  ticket: lazy(async () => ({ default: (await import('#renderer/features/ticket/TicketPanel.tsx')).TicketPanel })),
  automation: lazy(async () => ({
    default: (await import('#renderer/features/automation/AutomationPanel.tsx')).AutomationPanel,
  })),
  rehearsal: lazy(async () => ({
    default: (await import('#renderer/features/rehearsal/RehearsalPanel.tsx')).RehearsalPanel,
  })),
  collateral: lazy(async () => ({
    default: (await import('#renderer/features/collateral/CollateralPanel.tsx')).CollateralPanel,
  })),
  book: lazy(async () => ({ default: (await import('#renderer/features/book/BookPanel.tsx')).BookPanel })),
  venues: lazy(async () => ({ default: (await import('#renderer/features/venues/VenuesPanel.tsx')).VenuesPanel })),
  journal: lazy(async () => ({ default: (await import('#renderer/features/journal/JournalPanel.tsx')).JournalPanel })),
  chart: lazy(async () => ({ default: (await import('#renderer/features/chart/ChartPanel.tsx')).ChartPanel })),
  review: lazy(async () => ({ default: (await import('#renderer/features/review/ReviewPanel.tsx')).ReviewPanel })),
};

interface BoundaryProps {
  readonly id: PanelId;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly failure: string | null;
}

/** A panel that breaks says so in its own frame; the rest of the terminal goes on. */
class PanelBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { failure: null };

  static getDerivedStateFromError(thrown: unknown): BoundaryState {
    return { failure: thrown instanceof Error ? thrown.message : String(thrown) };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    const title = PANEL_TITLES[this.props.id];
    return (
      <Panel
        id={this.props.id}
        title={title}
        state={{
          kind: 'error',
          what: `${title} could not be drawn: ${failure}`,
          since: Date.now(),
          stillWorks: 'The book, the orders and all other panels go on.',
          retry: () => this.setState({ failure: null }),
          details: `${title}: ${failure}`,
        }}
      />
    );
  }
}

/** What a docked tab shows. */
export function PanelContent({ id }: { readonly id: PanelId }) {
  const Content = COMPONENTS[id];
  const title = PANEL_TITLES[id];
  return (
    <InTabset value={true}>
      <PanelBoundary id={id}>
        <Suspense fallback={<Panel id={id} title={title} state={{ kind: 'loading', what: `Loading ${title}` }} />}>
          <Content />
        </Suspense>
      </PanelBoundary>
    </InTabset>
  );
}
