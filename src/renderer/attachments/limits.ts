/** What the service takes (`attachmentLimits` in the protocol, whose code the page does not carry), to say so before sending. */
export const limits = {
  perMessage: 10,
  bytes: { image: 10_000_000, pdf: 20_000_000, text: 1_000_000 },
  pdfPages: 200,
  pdfTextChars: 1_000_000,
  chunkBytes: 512 * 1024,
} as const;

/** Where the host serves the bytes of a file. */
export function attachmentUrl(id: string): string {
  return `./attachments/${id}`;
}
