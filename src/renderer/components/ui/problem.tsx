/** Why the last request of a dialog failed; nothing while none has. */
export function Problem({ text }: { readonly text: string | null }) {
  if (text === null) return null;
  return (
    <p role="alert" className="mt-2 text-[0.8125rem] text-alarm">
      {text}
    </p>
  );
}
