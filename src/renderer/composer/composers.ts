/** The composers of all conversations. They outlive the view: a message goes on being sent after you look elsewhere. */
import { createActor, fromPromise, type ActorRefFrom } from 'xstate';
import type { AgentId, AttachmentId, ConversationId } from '../../protocol/ids.ts';
import type { MessageView } from '../../protocol/views.ts';
import type { Client } from '../connection/client.ts';
import { refusalOf } from '../connection/refusal.ts';
import { startInput } from '../goals/start-input.ts';
import { i18n } from '../i18n/i18n.ts';
import { composerMachine, Refused, type Delivered, type Outgoing } from './composer.machine.ts';
import { Drafts } from './drafts.ts';
import type { ComposerStorage } from './kept.ts';
import { intentionOf } from './slash.ts';

export type ComposerActor = ActorRefFrom<typeof composerMachine>;
/** Whose composer: a conversation's, or that of the conversation which the next message begins. */
export type ComposerKey = ConversationId | 'new';

interface ComposersOptions {
  readonly client: Pick<Client, 'conversations' | 'goals'>;
  readonly storage: ComposerStorage;
  /** `message`: as it was stored; null where it hands over a goal, and comes with the conversation. */
  readonly onDelivered: (key: ComposerKey, conversationId: ConversationId, message: MessageView | null) => void;
}

export class Composers {
  readonly #options: ComposersOptions;
  readonly #actors = new Map<ComposerKey, ComposerActor>();
  readonly #drafts: Drafts;

  constructor(options: ComposersOptions) {
    this.#options = options;
    this.#drafts = new Drafts(options.client, options.storage);
  }

  get(key: ComposerKey): ComposerActor {
    const known = this.#actors.get(key);
    if (known !== undefined) return known;
    const { storage } = this.#options;
    const kept = storage.load(key);
    if (key !== 'new') this.#drafts.open(key, kept.draft);
    const actor = createActor(
      composerMachine.provide({
        actors: { deliver: fromPromise(({ input }) => this.#deliver(key, input)) },
        actions: {
          keep: ({ context }) => {
            storage.save(key, context);
            if (key !== 'new') this.#drafts.changed(key, context.draft);
          },
        },
      }),
      { input: kept },
    ).start();
    this.#actors.set(key, actor);
    return actor;
  }

  /** Sends what an earlier life of this page could not get acknowledged. */
  resume(): void {
    for (const key of this.#options.storage.unsentKeys()) this.get(key as ComposerKey);
  }

  /** While a conversation is on screen, its box follows what is typed into it elsewhere. Returns how to stop. */
  follow(id: ConversationId): () => void {
    return this.#drafts.follow(id, (draft) => this.get(id).send({ type: 'EDIT', draft }));
  }

  connected(): void {
    this.#drafts.connected();
    for (const actor of this.#actors.values()) actor.send({ type: 'CONNECTED' });
  }

  /** The conversation is gone, and its draft with it. */
  forget(key: ComposerKey): void {
    this.#actors.get(key)?.stop();
    this.#actors.delete(key);
    if (key !== 'new') this.#drafts.forget(key);
    this.#options.storage.forget(key);
  }

  /** What was typed while the conversation was being made belongs into it. */
  #moveDraft(to: ConversationId): void {
    const { draft } = this.get('new').getSnapshot().context;
    if (draft === '') return;
    this.get(to).send({ type: 'EDIT', draft });
    this.get('new').send({ type: 'EDIT', draft: '' });
  }

  async #deliver(key: ComposerKey, outgoing: Outgoing): Promise<Delivered> {
    const { client, onDelivered } = this.#options;
    const { requestId, text, agentId, attachments = [], goal = null } = outgoing;
    const intention = goal === null ? null : intentionOf(text);
    if (intention === '') throw new Refused(i18n.t('goals:bar.empty'));
    if (intention !== null && attachments.length > 0) throw new Refused(i18n.t('goals:bar.filesStay'));
    try {
      const conversationId =
        key === 'new'
          ? (
              await client.conversations.create.mutate({
                requestId: `${requestId}:conversation`,
                ...(agentId === null ? {} : { agentId: agentId as AgentId }),
              })
            ).id
          : key;
      if (goal !== null && intention !== null) {
        await client.goals.start.mutate({ requestId, conversationId, text: intention, ...startInput(goal) });
        if (key === 'new') this.#moveDraft(conversationId);
        onDelivered(key, conversationId, null);
        return { conversationId };
      }
      const message = await client.conversations.send.mutate({
        requestId,
        conversationId,
        text,
        ...(attachments.length === 0 ? {} : { attachments: attachments as AttachmentId[] }),
      });
      if (key === 'new') this.#moveDraft(message.conversationId);
      onDelivered(key, conversationId, message);
      return { conversationId };
    } catch (error) {
      const refusal = refusalOf(error);
      throw refusal === null ? error : new Refused(refusal, { cause: error });
    }
  }
}
