/**
 * Start-time fair queueing: the number that says when a waiting job has its turn within its lane.
 *
 * Each group (a conversation, a goal, the jobs of one name) numbers its jobs one after the other, and every group
 * starts from where the lane is now. So groups take turns however many jobs each of them holds, and jobs of one group
 * keep their order. Source: P. Goyal, H. Vin, H. Cheng, "Start-time Fair Queueing", SIGCOMM 1996, with every job
 * weighing 1.
 */

export interface FairRankInput {
  /** Highest rank among the group's waiting and active jobs in this lane; undefined when it has none. */
  readonly groupTail: number | undefined;
  /** The rank that was last claimed in this lane; 0 before the first claim. */
  readonly laneVirtualTime: number;
}

/** The rank of a job that enters `waiting` now. Lower ranks are claimed first; ties go by job id. */
export function nextRank({ groupTail, laneVirtualTime }: FairRankInput): number {
  return Math.max(groupTail ?? laneVirtualTime, laneVirtualTime) + 1;
}
