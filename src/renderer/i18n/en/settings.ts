/** The settings: their frame, and the sections general and appearance. */
export const settings = {
  title: 'Settings',
  navigation: 'Sections of the settings',
  openSection: 'Settings: {{section}}',
  sections: {
    general: 'General',
    appearance: 'Appearance',
    providers: 'Providers',
    pool: 'Worker pool',
    shortcuts: 'Shortcuts',
    data: 'Data',
    network: 'Network',
  },

  defaultAgent: 'Default agent',
  defaultAgentHint: 'Answers in new conversations, and takes over those of an agent that is removed.',
  language: 'Language',
  languageHint: 'Of this page. Agents answer in the language you write in.',

  notifications: 'Notifications',
  notificationsHint: 'When an answer or a failure arrives in a conversation that is not on screen.',
  welcome: 'Welcome',
  welcomeHint: 'The three steps to a first answer, once more.',
  startWelcome: 'Start again',

  shortcutsHint:
    'Single keys work wherever you are not typing. Everything that has no key has a name in the command palette.',

  themeTitle: 'Theme',
  themeHint: '“Like the system” changes along with it, for example at night.',
  themeIs: 'Theme: {{theme}}',
  theme: { system: 'Like the system', light: 'Light', dark: 'Dark' },
  textSizeTitle: 'Text size',
  textSizeHint: 'In addition to the zoom of the browser.',
  textSize: { small: 'Small', medium: 'Medium', large: 'Large', larger: 'Larger' },
  densityTitle: 'Density',
  densityHint: 'Compact shows more at once.',
  density: { comfortable: 'Comfortable', compact: 'Compact' },
  motionHint: 'Animations follow the system: where it asks for less motion, nothing moves here.',
} as const;
