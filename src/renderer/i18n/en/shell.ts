/** The frame of the page: navigation and what stands around a view. */
export const shell = {
  navigation: 'Main navigation',
  conversations: 'Conversations',
  goals: 'Goals',
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
  crashTitle: 'The page hit a defect of its own',
  crashHint: 'Your conversations are safe and their jobs go on in the service. Reload the page to see them again.',
  reload: 'Reload',
} as const;
