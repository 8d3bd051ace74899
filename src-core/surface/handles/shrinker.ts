/** `struct shrinker` and `struct shrink_control`. */

/** What reclaim asks of a shrinker. */
export interface shrink_control {
  /** Mask of the allocation that reclaims: without __GFP_FS or __GFP_IO the shrinker has to hold back. */
  readonly gfp_mask: number
  /** Node to shrink: 0. */
  readonly nid: number
  /** Objects to look at (`scan_objects`). */
  nr_to_scan: number
  /** Objects looked at: `scan_objects` may lower or raise it. */
  nr_scanned: number
  /** Memory cgroup to shrink: none. */
  readonly memcg: null
}

/** A `struct shrinker`: made by `shrinker_alloc`, filled in, then registered. */
export class shrinker {
  readonly #id: number
  /** Returns how many objects could be freed; 0 or SHRINK_EMPTY if none. May not sleep for long. */
  count_objects: ((shrinker: shrinker, sc: shrink_control) => number) | null = null
  /** Frees up to `sc.nr_to_scan` objects. Returns how many were freed, or SHRINK_STOP. */
  scan_objects: ((shrinker: shrinker, sc: shrink_control) => number) | null = null
  /** Cost of making an object again; DEFAULT_SEEKS. 0: cheap, half of all may be asked for at once. */
  seeks: number = 2
  /** Objects asked for at once; 0 = 128. */
  batch: number = 0
  /** SHRINKER_* flags. */
  flags: number = 0
  /** The driver's own. */
  private_data: object | null = null

  /** @internal */
  constructor(id: number, flags: number) {
    this.#id = id
    this.flags = flags
  }
  /** Id of a shrinker; 0 if the value is none. @internal */
  static id(value: unknown): number {
    return typeof value === 'object' && value !== null && #id in value ? value.#id : 0
  }
}
