/** Shortcuts: how they are written, when they are meant, and that no two commands share one. */
import { describe, expect, it } from 'vitest';
import { find } from '../../src/renderer/commands/find.ts';
import { ariaKeys, isStroke, keyNames, strokesOf, type Pressed } from '../../src/renderer/commands/shortcut.ts';
import { sources } from './i18n-sources.ts';

const pressed = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});
const is = (shortcut: string, event: Pressed, isMac = false) => {
  const [stroke] = strokesOf(shortcut);
  return stroke !== undefined && isStroke(event, stroke, isMac);
};

/** As the page's commands write them, with the file that does. */
const written = sources().flatMap(({ path, code }) =>
  [...code.matchAll(/shortcut: [`']([^`'$]+)[`']/gu)].map(([, shortcut = '']) => ({ path, shortcut })),
);
/** Keys that follow `g`, in the table of places. */
const places = sources().flatMap(({ path, code }) =>
  path === 'commands/global-commands.ts'
    ? [...code.matchAll(/key: '([a-z])'/gu)].map(([, key = '']) => ({ path, shortcut: `g ${key}` }))
    : [],
);
const all = [...written, ...places];

/** What Chrome, Firefox and Safari do not give away, or what people press without thinking: never ours. */
const browsers = `mod+t mod+w mod+n mod+q mod+r mod+l mod+f mod+p mod+c mod+v mod+x mod+a mod+z mod+y mod+tab
  mod+shift+t mod+shift+n mod+shift+w mod+shift+r mod+shift+i mod+shift+j mod+shift+z
  alt+arrowleft alt+arrowright space tab enter escape`.split(/\s+/u);

describe('the shortcuts that there are', () => {
  it('are found, and are written as shortcuts are', () => {
    expect(all.length).toBeGreaterThan(10);
    for (const { shortcut } of all) expect(strokesOf(shortcut).length).toBeGreaterThan(0);
  });

  it('are each of one command', () => {
    const by = Map.groupBy(all, ({ shortcut }) => shortcut);
    const shared = [...by].filter(([, uses]) => uses.length > 1);
    expect(shared).toEqual([]);
  });

  it('are not the beginning of another', () => {
    const first = new Set(
      all.filter(({ shortcut }) => shortcut.includes(' ')).map(({ shortcut }) => shortcut.split(' ')[0]),
    );
    expect(all.filter(({ shortcut }) => first.has(shortcut))).toEqual([]);
  });

  it('are none of the browser’s own', () => {
    expect(all.filter(({ shortcut }) => browsers.includes(shortcut))).toEqual([]);
  });
});

describe('a shortcut', () => {
  it('is meant by its key with its modifiers, and by no others', () => {
    expect(is('mod+k', pressed('k', { ctrlKey: true }))).toBe(true);
    expect(is('mod+k', pressed('K', { ctrlKey: true, shiftKey: true }))).toBe(false);
    expect(is('mod+shift+k', pressed('K', { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(is('mod+k', pressed('k'))).toBe(false);
    expect(is('k', pressed('k', { ctrlKey: true }))).toBe(false);
    expect(is('k', pressed('k', { altKey: true }))).toBe(false);
    expect(is('alt+arrowdown', pressed('ArrowDown', { altKey: true }))).toBe(true);
    expect(is('alt+arrowdown', pressed('ArrowDown', { altKey: true, shiftKey: true }))).toBe(false);
  });

  it('uses the command key on a Mac, and Control elsewhere', () => {
    expect(is('mod+k', pressed('k', { metaKey: true }), true)).toBe(true);
    expect(is('mod+k', pressed('k', { ctrlKey: true }), true)).toBe(false);
    expect(is('mod+k', pressed('k', { metaKey: true }))).toBe(false);
  });

  it('that is a sign is meant by the sign, with Shift or without', () => {
    expect(is('?', pressed('?', { shiftKey: true }))).toBe(true);
    expect(is('?', pressed('?'))).toBe(true);
  });

  it('has names for people and for assistive software', () => {
    expect(keyNames('mod+shift+k', false)).toEqual([['Ctrl', 'Shift', 'K']]);
    expect(keyNames('mod+shift+k', true)).toEqual([['⌘', '⇧', 'K']]);
    expect(keyNames('g q', false)).toEqual([['G'], ['Q']]);
    expect(keyNames('alt+arrowdown', false)).toEqual([['Alt', '↓']]);
    expect(ariaKeys('mod+k', false)).toBe('Control+k');
    expect(ariaKeys('g q', false)).toBeUndefined();
  });

  it.each(['', 'mod+', 'ctrl+k', 'alt+k'])('is not %j', (text) => {
    expect(() => strokesOf(text)).toThrow('is no shortcut');
  });
});

describe('finding', () => {
  const items = [
    { title: 'Go to: Queue', group: 'Go to' },
    { title: 'Queue up', group: 'Chat', keywords: ['later'] },
    { title: 'Agenten exportieren', group: 'Agenten', keywords: ['Dähmo'] },
  ];
  const titles = (typed: string) => find(items, typed).map(({ title }) => title);

  it('takes words in any order, from title, group and keywords, whatever their case and accents', () => {
    expect(titles('queue go')).toEqual(['Go to: Queue']);
    expect(titles('dahmo')).toEqual(['Agenten exportieren']);
    expect(titles('LATER')).toEqual(['Queue up']);
    expect(titles('nothing')).toEqual([]);
  });

  it('puts titles that begin with it first, and changes nothing where nothing was typed', () => {
    expect(titles('queue')).toEqual(['Queue up', 'Go to: Queue']);
    expect(find(items, '  ')).toBe(items);
  });
});
