import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  cacheDir: fileURLToPath(new URL('../../../.cache/vite', import.meta.url)),
  plugins: [react(), tailwindcss()],
  build: {
    outDir: fileURLToPath(new URL('../../../dist/ui', import.meta.url)),
    emptyOutDir: true,
    rolldownOptions: {
      // The page of a meeting room is one of its own: guests need none of the app.
      input: {
        index: fileURLToPath(new URL('./index.html', import.meta.url)),
        room: fileURLToPath(new URL('./room.html', import.meta.url)),
      },
    },
    target: 'es2023',
    // The page's policy is font-src, img-src and script-src 'self': nothing may become a data: address or an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
