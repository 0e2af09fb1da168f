import '@fontsource-variable/inter/opsz.css';
import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createRouter } from './client/route.ts';
import { createWorkspace } from './client/workspace.ts';

const workspace = createWorkspace(Intl.DateTimeFormat().resolvedOptions().timeZone);
const router = createRouter();
const root = document.getElementById('app');
if (root === null) throw new Error('The page has no element with the id "app".');

createRoot(root).render(
  <StrictMode>
    <App workspace={workspace} router={router} />
  </StrictMode>,
);
void workspace.begin();
// What was said elsewhere (a terminal, another tab) shows up when one comes back.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void workspace.refresh();
});
