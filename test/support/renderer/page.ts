import { startTerminal } from '#renderer/start.tsx';
import { installFake } from './fake-bridge.ts';

/** Options from the address: ?rows=10000&updates=2000&theme=light&density=standard&start&sessions&fail=session.list */
const asked = new URLSearchParams(window.location.search);
const settings = new Map<string, string>();
if (!asked.has('tour')) settings.set('tour', 'seen');
settings.set(
  'appearance',
  JSON.stringify({ theme: asked.get('theme') ?? 'dark', density: asked.get('density') ?? 'compact' }),
);

const options = {
  rows: Number(asked.get('rows') ?? 0),
  updates: Number(asked.get('updates') ?? 2000),
  running: !asked.has('start'),
  sessions: asked.has('sessions'),
  failing: new Set(asked.getAll('fail')),
  settings,
  empty: asked.has('empty'),
};

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');
installFake(window, options);
startTerminal(root);
