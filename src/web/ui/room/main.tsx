import '@fontsource-variable/inter/opsz.css';
import '../styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { takeRoomAddress } from './address.ts';
import { createRoomApi } from './api.ts';
import { RoomApp } from './room-app.tsx';
import { createVisit } from './visit.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no element with the id "app".');

const { name, roomKey } = takeRoomAddress();
const visit = createVisit({ name, roomKey, api: createRoomApi(name) });

createRoot(root).render(
  <StrictMode>
    <RoomApp visit={visit} />
  </StrictMode>,
);
visit.begin();
window.addEventListener('pagehide', () => visit.sayAway());
// Back from the browser's memory of pages.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) visit.begin();
});
