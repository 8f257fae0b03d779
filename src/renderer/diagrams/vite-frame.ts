/** Builds `frame.ts` with all that it needs into the one file `diagram.html`. Part of the page's build, not of the page. */
import { build, type Plugin } from 'vite';

export function diagramFrame(): Plugin {
  return {
    name: 'nightshift-diagram-frame',
    apply: 'build',
    async generateBundle() {
      const built = await build({
        configFile: false,
        logLevel: 'warn',
        publicDir: false,
        build: {
          write: false,
          target: 'es2024',
          minify: true,
          reportCompressedSize: false,
          chunkSizeWarningLimit: 20_000,
          rolldownOptions: {
            input: new URL('frame.ts', import.meta.url).pathname,
            output: { format: 'iife', codeSplitting: false },
          },
        },
      });
      const [result] = [built].flat();
      const code = result !== undefined && 'output' in result ? result.output[0].code : undefined;
      if (code === undefined) throw new Error('the frame for diagrams was not built');
      this.emitFile({ type: 'asset', fileName: 'diagram.html', source: page(code) });
    },
  };
}

/** A text in the code that ends a script element would end this one. */
function page(code: string): string {
  const safe = code.replaceAll(/<(?=\/script|!--|script)/giu, '\\x3C');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Diagrams</title></head><body><script>${safe}</script></body></html>\n`;
}
