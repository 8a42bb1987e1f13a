/** Panels by id, with the name on their tab. */
export const PANEL_TITLES = {
  positions: 'Positions',
  orders: 'Orders',
  fills: 'Fills',
  alerts: 'Alerts',
  margin: 'Margin',
  risk: 'Scenario',
  payoff: 'Payoff',
  vol: 'Volatility',
  hedge: 'Hedge',
  ticket: 'Ticket',
  chart: 'Chart',
  automation: 'Automation',
  rehearsal: 'Rehearsal',
  collateral: 'Collateral',
  review: 'Review',
  journal: 'Journal',
  venues: 'Venues',
  book: 'Book',
} as const;

export type PanelId = keyof typeof PANEL_TITLES;

export function isPanelId(id: string): id is PanelId {
  return id in PANEL_TITLES;
}
