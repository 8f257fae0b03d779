/** The frame of the page: navigation and what stands around a view. */
export const shell = {
  navigation: 'Main navigation',
  conversations: 'Conversations',
  agents: 'Agents',
  queue: 'Queue',
  workers: 'Workers',
  charts: 'Charts',
  inspector: 'Inspector',
  settings: 'Settings',
  menu: 'Menu',
  loading: 'Loading',
  brokenTitle: 'This view could not be shown',
  brokenHint: 'Nothing is lost: what runs goes on. Reload the page, or choose another view.',
  reload: 'Reload',
} as const;
