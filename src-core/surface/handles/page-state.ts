/** What `sim.page_state` returns. */

/** The state of one frame, as `page_state` returns it. */
export interface PageState {
  /** What the frame is used for: `page`, `slab`, `vmalloc`, `buddy`, `pcp` … */
  readonly kind: string
  /** `_refcount`. */
  readonly refcount: number
  /** `_mapcount` + 1. */
  readonly mapcount: number
  /** Order stored with a compound head. */
  readonly order: number
}
