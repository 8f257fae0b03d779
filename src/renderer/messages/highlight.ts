/** Colours for code. Loaded when the first block of code is whole; each language when it is first met. */
import { createCodePlugin, type HighlightOptions, type HighlightResult } from '@streamdown/code';

/** Their contrast holds on this page's backgrounds. */
const shiki = createCodePlugin({ themes: ['github-light-high-contrast', 'github-dark-high-contrast'] });

export type HighlightedLines = HighlightResult['tokens'];
type Language = HighlightOptions['language'];

/** A language that is not known has no colours: null. */
export function highlight(code: string, name: string): Promise<HighlightedLines> | null {
  if (!isLanguage(name)) return null;
  return new Promise((resolve) => {
    const options = { code, language: name, themes: shiki.getThemes() };
    const result = shiki.highlight(options, ({ tokens }) => resolve(tokens));
    if (result !== null) resolve(result.tokens);
  });
}

/** Also by the short names, as `ts` and `py`, that the plugin knows and does not list. */
function isLanguage(name: string): name is Language {
  return shiki.supportsLanguage(name as Language);
}
