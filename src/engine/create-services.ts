/** The services that the API calls (`service.ts`), on the parts of the engine. */
import type { AgentId } from '../protocol/ids.ts';
import { createActorViews } from './actor-views.ts';
import { createAgents } from './agents.ts';
import { Answers } from './answers.ts';
import { createAttachments } from './attachments.ts';
import { Branches } from './branches.ts';
import { createConversationFiles } from './conversation-files.ts';
import { createConversations } from './conversations.ts';
import { createData } from './data.ts';
import type { EngineOptions } from './engine-options.ts';
import type { Parts } from './engine-parts.ts';
import { EngineError } from './errors.ts';
import { ExpectedStarts } from './expected-starts.ts';
import { createInspector } from './inspector.ts';
import { createJobDetails } from './job-details.ts';
import { createJobs } from './jobs.ts';
import { MessageQueue } from './message-queue.ts';
import { createMessages } from './messages.ts';
import { createPoolService } from './pool-service.ts';
import { createProjects } from './projects.ts';
import { ProviderSettings } from './provider-settings.ts';
import { createQueueView } from './queue-view.ts';
import { createSearchService } from './search.ts';
import type { EngineService } from './service.ts';
import { createSettings } from './settings-service.ts';
import { createStatistics } from './statistics.ts';
import { Views } from './views.ts';

/** `applySettings`: called after the commit that has changed some. */
export function createServices(options: EngineOptions, parts: Parts, applySettings: () => void): EngineService {
  const { store, history, clock, ids, secrets } = options;
  const { topics, inspection, slots, settings, providers, limits, streams, turns, health, queue, requests } = parts;
  const { dispatcher, pool, trials, network, lists, bulk, actorsNow, ringDispatcher } = parts;
  const { service: goalService, goals, snapshots: goalSnapshots } = parts.goals;
  const { ledger, runTimes } = queue;
  const starts = new ExpectedStarts({ slots, providers, ledger, runTimes, clock });
  const views = new Views(store, providers, queue, limits, starts);
  const answers = new Answers(store, queue, ids);
  const messageQueue = new MessageQueue({ store, queue, answers, ids });
  const branches = new Branches({ store, queue, answers, messageQueue });

  const defaultAgent = (): AgentId => {
    const { defaultAgentId } = settings.get();
    if (defaultAgentId === null) throw new EngineError('CONFLICT', 'There is no agent yet. Create one first.');
    return defaultAgentId;
  };

  return {
    ...createConversations({ store, queue, goals, turns, topics, views, ids, providers, answers, defaultAgent }),
    projects: createProjects({ store, queue, goals, turns, topics, views, ids }),
    messages: createMessages({ store, queue, turns, views, ids, answers, branches, messageQueue }),
    conversationFiles: createConversationFiles({ store, history, turns, views, ids, defaultAgent }),
    attachments: createAttachments({ store, turns, ids }),
    search: createSearchService(history, clock),
    goals: goalService,
    jobs: createJobs({ store, history, queue, turns, topics, streams, views, ids }),
    jobDetails: createJobDetails({ store, queue, requests }),
    queue: createQueueView({ queue, providers, lists, bulk, topics, turns, ringDispatcher }),
    pool: createPoolService({ pool, queue, slots, topics, turns, settings, providers }),
    statistics: createStatistics({ store, history, providers, topics, clock }),
    agents: createAgents({ store, turns, topics, views, ids, providers, settings, limits, ringDispatcher }),
    providers: new ProviderSettings({ store, turns, topics, providers, secrets, trials, ledger }).service,
    network: network.service,
    data: createData({ health, folder: options.dataFolder }),
    settings: createSettings({ store, turns, settings, apply: applySettings }),
    system: health.service,
    actors: createActorViews({ queue, goals: goalSnapshots, providers, pool, dispatcher, topics, turns, views }),
    inspector: createInspector({ store, clock, topics, inspection, queue, actors: actorsNow, views }),
  };
}
