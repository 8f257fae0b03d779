import { defineConfig } from 'vite';

// The desktop's main process, the database's side thread and the process that makes a backup, for Electron Forge, which
// adds where they go (`.vite/build`). Everything is inside but Electron, and better-sqlite3, which finds its native part
// next to its own files; the other two are optional natives that ws asks for and does without.
export default defineConfig((env) => ({
  publicDir: false,
  build: {
    target: 'node24',
    sourcemap: env.command === 'serve',
    lib: {
      entry: {
        main: 'src/hosts/electron/main.ts',
        'side-thread': 'db/side-thread/thread.ts',
        backup: 'src/hosts/common/backup-process.ts',
      },
      formats: ['es'],
      fileName: (_format, name) => `${name}.mjs`,
    },
    rolldownOptions: {
      platform: 'node',
      external: ['better-sqlite3', 'bufferutil', 'utf-8-validate'],
      output: { chunkFileNames: '[name]-[hash].mjs' },
    },
  },
}));
