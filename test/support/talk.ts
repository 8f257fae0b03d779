/** A conversation with an engine whose workers the test plays: who asks, who answers, what is shown. */
import type { ConversationId, JobId, MessageId } from '../../src/protocol/ids.ts';
import type { MessageView } from '../../src/protocol/views.ts';
import type { TestEngine } from './engine.ts';
import type { ScriptedRun } from './scripted-workers.ts';

/** The next request for an answer; what else is asked of the workers meanwhile (titles) is answered on the way. */
export async function nextAnswer(night: TestEngine): Promise<ScriptedRun> {
  for (;;) {
    const run = await night.workers.nextRun();
    if (night.store.jobs.get(run.jobId)?.name === 'chat') return run;
    run.done('A title');
  }
}

/** The path that is shown, oldest first. */
export function shown(night: TestEngine, conversationId: ConversationId): MessageView[] {
  return night.engine.messages.list({ conversationId, limit: 200 }).messages;
}

export function shownTexts(night: TestEngine, conversationId: ConversationId): string[] {
  return shown(night, conversationId).map(({ text }) => text);
}

/** The message with this text on the shown path. */
export function messageWith(night: TestEngine, conversationId: ConversationId, text: string): MessageView {
  const found = shown(night, conversationId).find((message) => message.text === text);
  if (found === undefined) throw new Error(`no message "${text}" is shown`);
  return found;
}

/** The newest job of the only agent that a question was put to. */
export function jobOf(night: TestEngine, messageId: MessageId): JobId {
  const [job] = night.engine.messages.get(messageId).jobs;
  if (job === undefined) throw new Error(`the message ${messageId} has no job`);
  return job.id;
}

/** Asks and is answered, whole. Returns the question. */
export async function exchange(
  night: TestEngine,
  conversationId: ConversationId,
  text: string,
  answer: string,
): Promise<MessageView> {
  const question = await night.say(conversationId, text);
  const run = await nextAnswer(night);
  run.done(answer);
  await night.reaches(run.jobId, 'completed');
  return night.engine.messages.get(question.id);
}

/** What a run's request says, oldest first: `role: text`. */
export function asked(run: ScriptedRun): string[] {
  return run.request.messages.map(({ role, content }) => `${role}: ${typeof content === 'string' ? content : '…'}`);
}
