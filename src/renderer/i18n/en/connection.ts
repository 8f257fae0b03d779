/** The line to the service, and what the service says of itself. */
export const connection = {
  label: 'Connection',
  notSignedIn: 'This browser is not signed in.',
  notSignedInHint:
    'Open the link that Nightshift printed when it started; it carries the token. Then come back to this tab.',
  tryAgain: 'Try again',
  tryNow: 'Try now',
  lost: 'Connection lost.',
  noAnswer: 'Nightshift does not answer.',
  lastState: 'You see the last state that is known.',
  isItRunning: 'Is it running?',
  nextTry: 'Next try in {{wait}}.',
  trying: 'Trying now.',
  storage: 'Storage',
  nothingSent: 'Nothing can be sent now.',
  nothingSentHint: 'What is acknowledged is safe; what you write stays in the box.',
  lostBeforeAnswer: 'The connection was lost before Nightshift answered. It is tried again once it is back.',
} as const;
