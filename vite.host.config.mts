import { defineConfig } from 'vite';

// The headless host as one file: it starts faster than a tree of modules does. better-sqlite3 stays outside because it
// finds its native binary next to its own files; the other two are optional natives that ws asks for and does without.
const outside = ['better-sqlite3', 'bufferutil', 'utf-8-validate'];

export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true, external: outside },
  build: {
    ssr: 'src/hosts/node/main.ts',
    target: 'node24',
    outDir: 'out/host',
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      external: outside,
      output: { format: 'esm', entryFileNames: 'main.mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
});
