/** Where updates come from, if from anywhere. */

export interface UpdateSurroundings {
  /** The base URL of a static storage, laid out as update-electron-app wants it. */
  feed: string | undefined;
  isPackaged: boolean;
  platform: NodeJS.Platform;
  arch: string;
}

/** Where this app's updates are; or, with a reason for the log, that there are none. */
export function updatesOf({ feed, isPackaged, platform, arch }: UpdateSurroundings): { baseUrl: string } | string {
  if (feed === undefined || feed === '') return 'No update feed is set: updates are off.';
  if (!isPackaged) return 'Updates are for packaged apps only.';
  if (platform === 'linux') return "On Linux updates are the package manager's matter.";
  return { baseUrl: `${feed.replace(/\/$/u, '')}/${platform}/${arch}` };
}
