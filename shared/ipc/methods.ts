import type { MethodName } from './contract.ts';

/** Names of the contract's methods, apart from their schemas so that the preload stays small. Complete by type. */
const NAMES: Readonly<Record<MethodName, true>> = {
  'app.describe': true,
  'app.export': true,
  'session.list': true,
  'session.start': true,
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
  'risk.scenario': true,
  'risk.cell': true,
  'risk.ladder': true,
  'vol.surface': true,
  'chart.candles': true,
  'journal.positions': true,
  'journal.position': true,
  'journal.annotate': true,
  'journal.explain': true,
  'statement.begin': true,
  'statement.piece': true,
  'statement.preview': true,
  'statement.import': true,
  'instruments.search': true,
  'settings.load': true,
  'settings.save': true,
};

export const METHOD_NAMES = Object.keys(NAMES) as readonly MethodName[];

/** Message that carries the stream's port from the preload into the page. */
export const STREAM_MESSAGE = 'keel:stream';
/** The one IPC channel that all methods share. */
export const CALL_CHANNEL = 'keel:call';
