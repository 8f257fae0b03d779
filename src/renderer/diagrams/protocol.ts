/** What passes between the page and the frame in which diagrams are drawn. */

export interface DrawRequest {
  readonly id: number;
  readonly source: string;
  readonly theme: 'light' | 'dark';
}

/** A picture of its own, with its size; or why there is none. The frame says `ready` once, when it can be asked. */
export type FrameMessage =
  | { readonly type: 'ready' }
  | {
      readonly type: 'drawn';
      readonly id: number;
      readonly svg: string;
      readonly width: number;
      readonly height: number;
    }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string };
