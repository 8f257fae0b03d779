/** Goals: an intention, its plan of tasks, what agents make of them, the deliverable. */
import { z } from 'zod';
import * as goal from '../../protocol/goal-inputs.ts';
import * as view from '../../protocol/goal-views.ts';
import { ConversationRef } from '../../protocol/api.ts';
import { never } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const goals = router({
  start: procedure
    .meta({
      summary:
        'Hands over an intention: it becomes a message of the conversation, is planned as tasks for agents, and is carried out ' +
        'once the plan is approved, or at once where that was asked for. A plan that comes along is not planned again.',
      refusals: ['NOT_FOUND', 'CONFLICT', 'BAD_REQUEST'],
    })
    .input(goal.StartGoal)
    .output(view.GoalView)
    .mutation(({ ctx, input }) => ctx.engine.goals.start(input)),
  list: procedure
    .meta({
      summary:
        'Goals, the newest first; of one conversation, or only those under way. Without those of removed conversations.',
    })
    .input(goal.ListGoals)
    .output(z.array(view.GoalView))
    .query(({ ctx, input }) => ctx.engine.goals.list(input)),
  get: procedure
    .meta({ summary: 'One goal with its tasks and its deliverable.', refusals: ['NOT_FOUND'] })
    .input(goal.GoalRef)
    .output(view.GoalDetails)
    .query(({ ctx, input }) => ctx.engine.goals.get(input.id)),
  watch: procedure
    .meta({ summary: 'The same whenever it changes.', refusals: ['NOT_FOUND'], yields: view.GoalDetails })
    .input(goal.GoalRef)
    .subscription(({ ctx, input, signal }) => ctx.engine.goals.watch(input.id, signal ?? never)),
  watchAll: procedure
    .meta({
      summary: 'All goals under way and the newest that are at rest, the newest first, whenever one of them changes.',
      yields: z.array(view.GoalView),
    })
    .subscription(({ ctx, signal }) => ctx.engine.goals.watchAll(signal ?? never)),
  watchConversation: procedure
    .meta({
      summary: 'The goals of a conversation, the oldest first, whenever one of them changes.',
      refusals: ['NOT_FOUND'],
      yields: z.array(view.GoalView),
    })
    .input(z.object({ conversationId: ConversationRef.shape.id }))
    .subscription(({ ctx, input, signal }) =>
      ctx.engine.goals.watchConversation(input.conversationId, signal ?? never),
    ),
  timeline: procedure
    .meta({ summary: 'What happened to a goal and its tasks, oldest first within the page.', refusals: ['NOT_FOUND'] })
    .input(goal.GoalTimeline)
    .output(z.object({ events: z.array(view.GoalEventView), more: z.boolean() }))
    .query(({ ctx, input }) => ctx.engine.goals.timeline(input)),
  approve: procedure
    .meta({
      summary:
        'Carries out a plan that awaits approval, as it was looked at. Nothing happens when it is carried out already; refused when the plan has changed since.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(goal.ApproveGoal)
    .output(view.GoalView)
    .mutation(({ ctx, input }) => ctx.engine.goals.approve(input)),
  replan: procedure
    .meta({
      summary:
        'Says what to change of a plan that awaits approval, and has it planned anew. Also after planning failed.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(goal.ReplanGoal)
    .output(view.GoalView)
    .mutation(({ ctx, input }) => ctx.engine.goals.replan(input)),
  editTask: procedure
    .meta({
      summary: 'Changes a task while the plan awaits approval; later only one that waits or has failed.',
      refusals: ['NOT_FOUND', 'CONFLICT', 'BAD_REQUEST'],
    })
    .input(goal.EditTask)
    .output(view.TaskView)
    .mutation(({ ctx, input }) => ctx.engine.goals.editTask(input)),
  addTask: procedure
    .meta({
      summary: 'Adds a task to a plan that awaits approval or is carried out.',
      refusals: ['NOT_FOUND', 'CONFLICT', 'BAD_REQUEST'],
    })
    .input(goal.AddTask)
    .output(view.TaskView)
    .mutation(({ ctx, input }) => ctx.engine.goals.addTask(input)),
  removeTask: procedure
    .meta({
      summary: 'Takes out a task that nothing has begun to work on; what depended on it does so no longer.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(goal.TaskRef)
    .output(view.GoalView)
    .mutation(({ ctx, input }) => ctx.engine.goals.removeTask(input.taskId)),
  pause: procedure
    .meta({
      summary: 'Starts nothing further; calls under way go on to their end.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(goal.GoalRef)
    .output(view.GoalView)
    .mutation(({ ctx, input }) => ctx.engine.goals.pause(input.id)),
  resume: procedure
    .meta({
      summary:
        'Goes on with a paused goal, with other options where they are given; tries again what has failed of planning or delivery.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(goal.ResumeGoal)
    .output(view.GoalView)
    .mutation(({ ctx, input }) => ctx.engine.goals.resume(input)),
  cancel: procedure
    .meta({ summary: 'Ends a goal; what runs is aborted. Results are kept.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(goal.GoalRef)
    .output(view.GoalView)
    .mutation(({ ctx, input }) => ctx.engine.goals.cancel(input.id)),
  setOptions: procedure
    .meta({ summary: 'Changes what is given of its options.', refusals: ['NOT_FOUND'] })
    .input(goal.SetGoalOptions)
    .output(view.GoalView)
    .mutation(({ ctx, input }) => ctx.engine.goals.setOptions(input)),
  retryTask: procedure
    .meta({
      summary: 'Starts a task and everything below it again, accepted ones too; a goal at rest is under way again.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(goal.RetryTask)
    .output(view.TaskView)
    .mutation(({ ctx, input }) => ctx.engine.goals.retryTask(input)),
  skipTask: procedure
    .meta({
      summary: 'Leaves a task out: what depends on it goes on, and the deliverable states the gap.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(goal.SkipTask)
    .output(view.TaskView)
    .mutation(({ ctx, input }) => ctx.engine.goals.skipTask(input)),
  answerTask: procedure
    .meta({ summary: 'Answers what a task has asked; it goes on.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(goal.AnswerTask)
    .output(view.TaskView)
    .mutation(({ ctx, input }) => ctx.engine.goals.answerTask(input)),
  download: procedure
    .meta({
      summary: 'The deliverable as a Markdown file or a zip of all its files.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(goal.DownloadGoal)
    .output(view.GoalFile)
    .query(({ ctx, input }) => ctx.engine.goals.download(input)),
});
