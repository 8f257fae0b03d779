/** A goal or task changed under a writer that had read an older version. The turn fails and is run again. */
export class GoalVersionMiss extends Error {
  constructor(id: string, version: number) {
    super(`${id} is not at version ${version} any more`);
    this.name = 'GoalVersionMiss';
  }
}
