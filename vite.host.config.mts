import { defineConfig } from 'vite';

// The headless host as a few files: it starts faster than a tree of modules does. Further entries are the database's
// side thread and the process that makes a backup. better-sqlite3 stays outside because it finds its native binary next to its own files; the other two are
// optional natives that ws asks for and does without.
const outside = ['better-sqlite3', 'bufferutil', 'utf-8-validate'];

export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true, external: outside },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out/host',
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: {
        main: 'src/hosts/node/main.ts',
        'side-thread': 'db/side-thread/thread.ts',
        backup: 'src/hosts/common/backup-process.ts',
      },
      external: outside,
      output: { format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
});
