/** Messages between the main process and the core's utility process. */

export type ToCore =
  /** A page's port travels along: serve it. */
  | { readonly kind: 'port' }
  /** Answer with `pong`, at once: a core that does not is hung. */
  | { readonly kind: 'ping' }

export type FromCore =
  | { readonly kind: 'pong' }
  /** The core ends itself, for this reason in words. */
  | { readonly kind: 'ending'; readonly reason: string }
