/** The box in which messages are written. */
export const composer = {
  message: 'Message',
  send: 'Send',
  startGoal: 'Start the goal',
  stop: 'Stop',
  stopHint: 'End the answer that is running; what it has said so far stays',
  notSent: 'Not sent.',
  stillHere: 'Your text is still here.',
  tooLong: '{{length}} characters: a message holds at most {{max}}.',
  unsure: 'The last message was not acknowledged yet. It is sent again by itself and arrives once.',
  keys: 'Enter sends, Shift + Enter starts a new line, /goal hands over a goal. You can close this window: the work goes on.',
  mention: 'Agents of this channel',
  mentionLead: 'Lead',
} as const;
