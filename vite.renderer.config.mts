import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { diagramFrame } from './src/renderer/diagrams/vite-frame.ts';

const parserOfFormulas = fileURLToPath(import.meta.resolve('hast-util-from-html-isomorphic'));

// The page, for both hosts. Relative addresses (`base`), because the same files are served over HTTP and by Electron's own
// protocol; no inlined assets and no injected preload script, because its Content-Security-Policy allows files of its own
// only. Electron Forge, which says that it is there, wants it elsewhere.
export default defineConfig((env) => ({
  root: 'src/renderer',
  base: './',
  plugins: [react(), tailwindcss(), diagramFrame()],
  // Its form for browsers has formulas parsed by the browser, which complains of every style in them under our policy.
  resolve: { alias: { 'hast-util-from-html-isomorphic': parserOfFormulas } },
  build: {
    target: 'es2024',
    outDir: 'forgeConfigSelf' in env ? '../../.vite/renderer/main_window' : '../../out/renderer',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
    // What the first view needs comes in two files, not in the sixty that sharing with the lazy views would make of it: a
    // browser fetches six at a time. The libraries are apart because they change less often than the page.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'libraries', tags: ['$initial'], test: /[\\/]node_modules[\\/]/, priority: 1 },
            { name: 'page', tags: ['$initial'] },
          ],
        },
      },
    },
  },
}));
