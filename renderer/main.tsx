import { startTerminal } from './start.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');
startTerminal(root);
