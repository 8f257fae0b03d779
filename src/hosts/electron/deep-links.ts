/** `nightshift://conversation/<id>`: from a browser, a mail, a notification, to the conversation. */
import { app } from 'electron';
import { ConversationId } from '../../protocol/ids.ts';

const scheme = 'nightshift';

/** The page's address (behind `#`) for a link; undefined when it is none of ours. Nothing of it is used unchecked. */
export function addressOf(link: string): string | undefined {
  if (!URL.canParse(link)) return undefined;
  const { protocol, host, pathname } = new URL(link);
  if (protocol !== `${scheme}:` || host !== 'conversation') return undefined;
  const id = ConversationId.safeParse(pathname.replace(/^\//u, '').replace(/\/$/u, ''));
  return id.success ? `#/c/${id.data}` : undefined;
}

/** The one that a program was started with. */
export function linkIn(args: readonly string[]): string | undefined {
  return args.find((arg) => arg.startsWith(`${scheme}://`));
}

/**
 * Calls `open` with the page's address for every link that arrives: on a Mac as an event, elsewhere as the arguments of
 * another start, which the single-instance lock hands over. Before `app`'s `ready`.
 */
export function followLinks(open: (address: string | undefined) => void): void {
  app.setAsDefaultProtocolClient(scheme);
  app.on('open-url', (event, url) => {
    event.preventDefault();
    open(addressOf(url));
  });
  app.on('second-instance', (_event, args) => open(addressOf(linkIn(args) ?? '')));
}
