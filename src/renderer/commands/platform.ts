/** Whether the keys are a Mac's: the command key takes the place of Control. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);
