// Runs before the first paint, so that a remembered theme never flashes the other one. Keep the key in step with shell/theme.ts.
try {
  const theme = localStorage.getItem('kalends-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's theme stands.
}
