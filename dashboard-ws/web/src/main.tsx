import { render } from 'preact';

import { App } from './app.tsx';
import { Connection } from './live/connection.ts';
import { Store } from './live/store.ts';
import './styles/tokens.css';
import './styles/page.css';
import './styles/tile.css';
import './styles/timeline.css';
import './styles/tables.css';
import './styles/catalogue.css';
import './styles/as-run.css';

const store = new Store();
const connection = new Connection(store);
const root = document.getElementById('app');
if (root !== null) render(<App store={store} onRetry={() => connection.retryNow()} />, root);
connection.start();
