/** The mark of the house: a crescent, lit. */
export function Moon({ size = 20 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 20 20" width={size} height={size} aria-hidden className="shrink-0 text-lamp">
      <path
        d="M17.6 12.4A8 8 0 0 1 7.6 2.4a.5.5 0 0 0-.65-.63A8.6 8.6 0 1 0 18.23 13.05a.5.5 0 0 0-.63-.65Z"
        fill="currentColor"
      />
    </svg>
  );
}
