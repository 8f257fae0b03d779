import type { ReactNode } from 'react';

/** What the user wrote, as it was written. `note`: what is still to happen with it. */
export function Question({ text, note }: { readonly text: string; readonly note?: ReactNode }) {
  return (
    <article aria-label="Your message" className="flex flex-col items-end gap-1.5">
      <div
        dir="auto"
        className="max-w-[88%] rounded-2xl rounded-br-md bg-tint-strong px-4 py-2.5 leading-relaxed wrap-anywhere whitespace-pre-wrap"
      >
        {text}
      </div>
      {note}
    </article>
  );
}
