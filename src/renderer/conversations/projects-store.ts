/** All projects, as the side bar shows them. Their channels are conversations. */
import type { ProjectView } from '../../protocol/projects.ts';
import type { Client } from '../connection/client.ts';
import { live } from '../remote/live.ts';
import { Store } from '../remote/store.ts';

export interface ProjectList {
  readonly projects: readonly ProjectView[];
}

/** Follows them for as long as the page lives. */
export function watchProjects(client: Pick<Client, 'projects'>): Store<ProjectList> {
  const store = new Store<ProjectList>({ projects: [] });
  live<ProjectView[]>({
    start: (handlers) => client.projects.watch.subscribe(undefined, handlers),
    onData: (projects) => store.set({ projects }),
  });
  return store;
}
