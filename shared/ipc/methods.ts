import type { MethodName } from './contract.ts';

/** Names of the contract's methods, apart from their schemas so that the preload stays small. Complete by type. */
const NAMES: Readonly<Record<MethodName, true>> = {
  'app.describe': true,
  'app.export': true,
  'session.list': true,
  'session.start': true,
  'session.connect': true,
  'session.resume': true,
  'tape.control': true,
  'stream.refresh': true,
  'ticket.preview': true,
  'ticket.stage': true,
  'orders.stage': true,
  'positions.stage-close': true,
  'hedge.propose': true,
  'hedge.stage': true,
  'staged.commit': true,
  'staged.drop': true,
  'orders.cancel': true,
  'orders.cancel-all': true,
  'keys.arm': true,
  'keys.disarm': true,
  'keys.lock': true,
  'keys.unlock': true,
  'engine.kill': true,
  'engine.resume': true,
  'automation.set': true,
  'automation.log': true,
  'policies.load': true,
  'policies.set': true,
  'exit.rehearse': true,
  'flatten.start': true,
  'collateral.plan': true,
  'transfer.send': true,
  'risk.scenario': true,
  'risk.cell': true,
  'risk.ladder': true,
  'margin.twins': true,
  'vol.surface': true,
  'review.list': true,
  'review.open': true,
  'review.demo': true,
  'review.export': true,
  'chart.candles': true,
  'instruments.search': true,
  'vault.describe': true,
  'vault.unlock': true,
  'vault.lock': true,
  'vault.add-key': true,
  'settings.load': true,
  'settings.save': true,
};

export const METHOD_NAMES = Object.keys(NAMES) as readonly MethodName[];

/** Message that carries the stream's port from the preload into the page. */
export const STREAM_MESSAGE = 'keel:stream';
/** The one IPC channel that all methods share. */
export const CALL_CHANNEL = 'keel:call';
