/** What the engine offers of conversations: their projects, messages and files. `service.ts` has the rules. */
import type { z } from 'zod';
import type * as api from '../protocol/api.ts';
import type * as attachments from '../protocol/attachments.ts';
import type * as files from '../protocol/conversation-file.ts';
import type * as talks from '../protocol/conversations.ts';
import type { AttachmentId, ConversationId, MessageId, ProjectId } from '../protocol/ids.ts';
import type * as messageApi from '../protocol/message-api.ts';
import type * as projects from '../protocol/projects.ts';
import type { ProjectView } from '../protocol/projects.ts';
import type { SearchMessages, SearchResult } from '../protocol/search.ts';
import type { ConversationEvent, ConversationListEvent, ConversationView, MessageView } from '../protocol/views.ts';
import type { AttachmentSource } from './attachments.ts';

export interface ChatServices {
  readonly conversations: {
    create(input: z.infer<typeof api.CreateConversation>): Promise<ConversationView>;
    list(): ConversationView[];
    get(id: ConversationId): ConversationView;
    rename(id: ConversationId, title: string): Promise<ConversationView>;
    /** Pins it, archives it, or takes that back. */
    organize(input: z.infer<typeof talks.OrganizeConversation>): Promise<ConversationView>;
    /** Nothing happens when something newer than `messageId` has arrived. */
    markRead(input: z.infer<typeof talks.MarkRead>): Promise<ConversationView>;
    /** Who takes part in a channel; `CONFLICT` for a direct message. */
    setMembers(input: z.infer<typeof talks.SetMembers>): Promise<ConversationView>;
    /** What it has of its own. */
    settings(id: ConversationId): talks.ConversationSettings;
    setSettings(input: z.infer<typeof talks.SetConversationSettings>): Promise<talks.ConversationSettings>;
    saveDraft(input: z.infer<typeof talks.SaveDraft>): Promise<talks.DraftView>;
    watchDraft(id: ConversationId, signal: AbortSignal): AsyncIterable<talks.DraftView>;
    /** Cancels its open jobs and hides it; for some minutes it can be restored, then it is purged. */
    remove(id: ConversationId): Promise<void>;
    /** `NOT_FOUND` once it was purged. With its project, where that was removed too. */
    restore(id: ConversationId): Promise<ConversationView>;
    listRemoved(): talks.RemovedConversation[];
    /** Ends one that was removed now, with no way back. */
    purge(id: ConversationId): Promise<void>;
    /** One message and its job, chained behind the conversation's jobs that are still open. */
    send(input: z.infer<typeof api.SendMessage>): Promise<MessageView>;
    watch(id: ConversationId, signal: AbortSignal): AsyncIterable<ConversationEvent>;
    watchAll(signal: AbortSignal): AsyncIterable<ConversationListEvent>;
  };
  readonly projects: {
    create(input: z.infer<typeof projects.CreateProject>): Promise<ProjectView>;
    list(): ProjectView[];
    update(input: z.infer<typeof projects.UpdateProject>): Promise<ProjectView>;
    /** With its channels, whose open jobs are cancelled; for some minutes it can be restored, then it is purged. */
    remove(id: ProjectId): Promise<void>;
    /** With the channels that were removed along with it. */
    restore(id: ProjectId): Promise<ProjectView>;
    createChannel(input: z.infer<typeof talks.CreateChannel>): Promise<ConversationView>;
    watch(signal: AbortSignal): AsyncIterable<ProjectView[]>;
  };
  readonly conversationFiles: {
    /** All of a conversation as it is now. */
    export(input: z.infer<typeof files.ExportConversation>): Promise<files.ExportedConversation>;
    /** As a new conversation, with new ids: all of it or nothing. */
    import(input: z.infer<typeof files.ImportConversation>): Promise<ConversationView>;
  };
  readonly messages: {
    /** Of the shown path, oldest first within the page; `more`: there are older ones. */
    list(input: z.infer<typeof api.ListMessages>): { messages: MessageView[]; more: boolean; moreNewer: boolean };
    get(id: MessageId): MessageView;
    /** A job that goes on where the token limit has cut an answer; its text is joined to that answer. Returns the question. */
    continue(input: z.infer<typeof api.ContinueAnswer>): Promise<MessageView>;
    /** Another version of an answer. Returns the question. */
    regenerate(input: z.infer<typeof messageApi.RegenerateAnswer>): Promise<MessageView>;
    /** A question with another text, beside the old one, which is kept as a branch. */
    edit(input: z.infer<typeof messageApi.EditMessage>): Promise<MessageView>;
    /** Of all versions and branches this message is shown. */
    show(id: MessageId): Promise<MessageView>;
    /** These four: as long as nothing of the question has begun; else `CONFLICT`. */
    editQueued(input: z.infer<typeof messageApi.EditQueuedMessage>): Promise<MessageView>;
    removeQueued(id: MessageId): Promise<void>;
    reorderQueued(input: z.infer<typeof messageApi.ReorderQueuedMessages>): Promise<MessageView[]>;
    /** Stops what the question waits for, so that it is answered next, with what is there of the answer before it. */
    sendNow(id: MessageId): Promise<MessageView>;
  };
  /** Files that go with messages. */
  readonly attachments: {
    begin(input: z.infer<typeof attachments.BeginAttachment>): Promise<attachments.AttachmentView>;
    append(input: z.infer<typeof attachments.AppendAttachment>): Promise<attachments.AttachmentView>;
    describe(input: z.infer<typeof attachments.AttachmentText>): Promise<attachments.AttachmentView>;
    get(id: AttachmentId): attachments.AttachmentView;
    list(ids: readonly AttachmentId[]): attachments.AttachmentView[];
    text(id: AttachmentId): { text: string };
    remove(id: AttachmentId): Promise<void>;
    /** The bytes, for the host's address of it; undefined when there is no such file, or not all of it. */
    open(id: AttachmentId): AttachmentSource | undefined;
  };
  readonly search: {
    /** Sees all that was committed before the call. */
    messages(input: SearchMessages): Promise<SearchResult>;
  };
}
