/**
 * What an era is. An era is a table, not code: allocators compile `pageRef` into a lookup by frame kind at boot and
 * never ask which version they are.
 */
import { FRAME_KIND_NAMES } from '../trace/fields.ts'

export type FrameKindName = (typeof FRAME_KIND_NAMES)[number]

/**
 * What the reference count of a kind of page is.
 * `counted`: `_refcount` counts. `declined`: the page is frozen; `get_page()` warns once and takes nothing,
 * `put_page()` returns silently, `page_ref_count()` is 0. `none`: there is no count any more; get and put are an
 * error and take nothing, the owner's free always frees.
 */
export type PageRefMode = 'counted' | 'declined' | 'none'

/** How well what this table says is known. */
export type Basis = 'measured' | 'source' | 'plan'

export interface Era {
  readonly id: string
  readonly title: string
  readonly basis: Basis
  /** One sentence: what is different from the era before. */
  readonly summary: string
  readonly pageRef: Readonly<Record<FrameKindName, PageRefMode>>
  /**
   * What a list_lru walk expects of its lock when a callback that dropped it returns LRU_REMOVED_RETRY or LRU_RETRY:
   * taken again (up to v6.12), or left dropped (since v6.13).
   */
  readonly lruCallback: 'returns-locked' | 'returns-unlocked'
  /** Major and minor number of the release (LINUX_VERSION_CODE); null for what is not released. */
  readonly release: readonly [number, number] | null
  /** Position in time, from 0; the Rust API table says from which to which position a name exists. */
  readonly position: number
  /** How the Rust surface differs from that of the era before (eras/rust-api.ts). */
  readonly rust: RustChanges
}

/** A name of the Rust surface that an era does not have. */
export interface Instead {
  /** Name to import in its place, where one fits as it is; null otherwise. */
  readonly name: string | null
  /** What to use, in words. */
  readonly text: string
}

export interface RustChanges {
  /** Names that are new: what was used before. */
  readonly adds: Readonly<Record<string, Instead>>
  /** Names that are gone: what is used now. */
  readonly removes: Readonly<Record<string, Instead>>
}

/** An era whose Rust surface is that of the era before. */
export const NO_RUST_CHANGES: RustChanges = { adds: {}, removes: {} }

/** Every kind counted: the table that the first era has and that later ones differ from. */
export const ALL_COUNTED: Readonly<Record<FrameKindName, PageRefMode>> = {
  reserved: 'counted',
  buddy: 'counted',
  pcp: 'counted',
  page: 'counted',
  folio: 'counted',
  slab: 'counted',
  'large-kmalloc': 'counted',
  vmalloc: 'counted',
  'page-table': 'counted',
  bad: 'counted',
}

/** `PageRefMode` as the allocators hold it. */
export const RefMode = { COUNTED: 0, DECLINED: 1, NONE: 2 } as const
export type RefMode = (typeof RefMode)[keyof typeof RefMode]

/** `pageRef` as a lookup by `FrameKind`. */
export function compileRefModes(era: Era): Uint8Array {
  return Uint8Array.from(FRAME_KIND_NAMES, (name) => {
    const mode = era.pageRef[name]
    return mode === 'counted' ? RefMode.COUNTED : mode === 'declined' ? RefMode.DECLINED : RefMode.NONE
  })
}
