import { Component, memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { showBidiControls } from './bidi-controls.ts';

/** Characters that are laid out together: a word of 1 MB in one piece takes the browser seconds, each time it grows. */
const pieceChars = 4_000;

/** The text in pieces that end with a line where they can. Never between the halves of a character. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length;) {
    const most = text.slice(from, from + pieceChars);
    const line = from + most.length === text.length ? most.length : most.lastIndexOf('\n') + 1;
    const length = line > 0 ? line : most.length - (/[\uD800-\uDBFF]$/.test(most) ? 1 : 0);
    pieces.push(most.slice(0, length));
    from += length;
  }
  return pieces;
}

/** Does not change while its text streams on, and is laid out when it is in sight. */
const Piece = memo(function Piece({ text }: { readonly text: string }) {
  return (
    <div dir="auto" className="[contain-intrinsic-size:auto_20rem] [content-visibility:auto]">
      {showBidiControls(text)}
    </div>
  );
});

/** Text as a model wrote it. It scrolls in a box of its own, so that the rest of the page stays in reach. */
export function PlainText({ text }: { readonly text: string }) {
  const { t } = useTranslation('messages');
  return (
    <div className="my-4">
      <p className="mb-1.5 text-[0.8125rem] text-ink-soft">{t('markdown.plain')}</p>
      <pre
        translate="no"
        tabIndex={0}
        className="max-h-[32rem] overflow-auto rounded-xl border bg-rail px-4 py-3.5 wrap-anywhere whitespace-pre-wrap"
      >
        {piecesOf(text).map((piece, index) => (
          // Text is only ever added at the end: the place of a piece is its identity.
          <Piece key={index} text={piece} />
        ))}
      </pre>
    </div>
  );
}

interface Props {
  readonly text: string;
  readonly children: ReactNode;
}

/** Text that the parser itself gives up on (a stack that is full) is shown as it is, and the page stays. */
export class PlainOnFailure extends Component<Props, { readonly failed: boolean }> {
  override state: { readonly failed: boolean } = { failed: false };

  static getDerivedStateFromError(): { failed: true } {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    console.warn('An answer could not be formatted and is shown as plain text.', error);
  }

  override render(): ReactNode {
    return this.state.failed ? <PlainText text={this.props.text} /> : this.props.children;
  }
}
