import { Component, type ReactNode } from 'react';
import { showBidiControls } from './bidi-controls.ts';

/** Text as a model wrote it. Long texts scroll in a box of their own, so that the rest of the page stays in reach. */
export function PlainText({ text }: { readonly text: string }) {
  return (
    <div className="my-4">
      <p className="mb-1.5 text-[13px] text-ink-soft">Shown as plain text: it is too large or too nested to format.</p>
      <pre
        dir="auto"
        tabIndex={0}
        className="max-h-[32rem] overflow-auto rounded-xl border bg-rail px-4 py-3.5 wrap-anywhere whitespace-pre-wrap"
      >
        {showBidiControls(text)}
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
