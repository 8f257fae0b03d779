/** Conversations out to files that the browser saves, and in from files that were chosen. What goes wrong becomes a note. */
import type { AttachmentId, ConversationId } from '../../protocol/ids.ts';
import type { ConversationFile, ExportFormat, FileAttachment } from '../../protocol/conversation-file.ts';
import { upload } from '../attachments/upload.ts';
import { describeError } from '../connection/refusal.ts';
import { i18n } from '../i18n/i18n.ts';
import type { Services } from '../services.tsx';
import { navigate } from '../shell/route.ts';

type Needs = Pick<Services, 'client' | 'toasts'>;

function fail({ toasts }: Needs, text: string): void {
  toasts.show({ id: 'files', title: i18n.t('files:failed'), text, tone: 'alarm' });
}

export async function exportConversation(needs: Needs, id: ConversationId, format: ExportFormat): Promise<void> {
  try {
    const { fileName, mediaType, text } = await needs.client.conversations.export.query({ id, format });
    const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
    const link = document.createElement('a');
    link.href = url;
    link.download = fileName;
    link.click();
    // The browser reads it after the click.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (error) {
    fail(needs, describeError(error));
  }
}

/** Leads to the new conversation. Its files are handed over first, piece by piece: a call is too small for them. */
export async function importConversation(needs: Needs, file: File): Promise<void> {
  const { name } = file;
  const parsed = await parse(file);
  if (parsed === null) {
    fail(needs, i18n.t('files:notJson', { name }));
    return;
  }
  try {
    // Version 1 has none.
    const attachments: readonly FileAttachment[] = 'attachments' in parsed ? parsed.attachments : [];
    const attachmentIds: AttachmentId[] = [];
    for (const attachment of attachments) attachmentIds.push(await handOver(needs, attachment));
    const slim = { ...parsed, attachments: attachments.map(({ data: _data, ...rest }) => rest) };
    const { id, title } = await needs.client.conversations.import.mutate({
      requestId: crypto.randomUUID(),
      // The service looks at all of it.
      file: slim,
      ...(attachmentIds.length === 0 ? {} : { attachmentIds }),
    });
    needs.toasts.show({ id: 'files', title: i18n.t('files:imported'), quote: title });
    navigate({ page: 'conversation', id });
  } catch (error) {
    const reason = error instanceof Error && error.name === 'NotAttached' ? error.message : describeError(error);
    fail(needs, i18n.t('files:refused', { name, reason }));
  }
}

/** Null: it is none of ours. Whether all of it makes sense, the service says. */
async function parse(file: File): Promise<ConversationFile | null> {
  try {
    const value: unknown = JSON.parse(await file.text());
    return isConversation(value) ? value : null;
  } catch {
    return null;
  }
}

function isConversation(value: unknown): value is ConversationFile {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === 'nightshift-conversation';
}

async function handOver({ client }: Needs, { name, data = '', mediaType }: FileAttachment): Promise<AttachmentId> {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const { signal } = new AbortController();
  const view = await upload(new File([bytes], name, { type: mediaType }), { client, signal, onProgress: () => {} });
  return view.id;
}
