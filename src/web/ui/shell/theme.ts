import { createCell } from '../client/cell.ts';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'kalends-theme';

/** The chosen theme, remembered in this browser. `public/theme.js` applies it before the first paint. */
export const theme = createCell<Theme>(readTheme());

export function chooseTheme(choice: Theme): void {
  theme.set(choice);
  const { dataset } = document.documentElement;
  if (choice === 'system') delete dataset.theme;
  else dataset.theme = choice;
  try {
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Storage is blocked: the choice lasts as long as the page.
  }
}

function readTheme(): Theme {
  const { theme: chosen } = document.documentElement.dataset;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}
