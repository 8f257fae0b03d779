/** Actors' ids as they fit into a lane or a line: a job's is its last six characters, which differ when others do not. */
export function shortId(id: string): string {
  return id.startsWith('job:') ? `job …${id.slice(-6)}` : id;
}

/** The part that names its kind, which is also its machine's. */
export function kindOf(id: string): string {
  return id.replace(/[:/].*/, '');
}
