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

/** A right that reaches memory: a row of what `sim.access_set()` returns. */
export interface ReachingRight {
  /** `owner`, `page-reference`, `pte`, `kmap`, `vmap`, `dma-mapping`, `pin`, `lru` … */
  readonly kind: string
  /** What it keeps: the page block, or the bytes. */
  readonly on: 'page' | 'bytes'
  /** Name of the task that took it. */
  readonly holder: string
  /** Where it was taken; null if no line of the program did. */
  readonly at: { readonly file: string; readonly line: number } | null
}
