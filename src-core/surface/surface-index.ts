/** The surface as the compiler sees it: names and how to treat them. Generated from the surface's modules. */

/** How the compiler has to treat an exported name of the surface. */
export type SurfaceNameKind =
  /** A function whose call is a step: compiled to a direct call with the site as first argument. */
  | 'step'
  /** A step that may block or call back into the snippet. */
  | 'suspending'
  /** A function that is no step (`IS_ERR`, `sizeof`): called as it is. */
  | 'pure'
  /** A constant, class or other value. */
  | 'value'
  /** Only a type. */
  | 'type'

/** A name that an era lacks. */
export interface MissingName {
  /** Name to import in its place, where one fits as it is. */
  readonly instead: string | null
  /** What to use, in words. */
  readonly text: string
}

/**
 * The surface as the compiler sees it: module name → exported name → kind. Objects of functions (`sim`) are
 * namespaces.
 */
export interface SurfaceIndex {
  readonly modules: Readonly<Record<string, Readonly<Record<string, SurfaceNameKind>>>>
  /**
   * Methods of handles that are steps (`read_u8`, `write_u64` …): compiled to `$surface.methods.NAME(site, receiver,
   * …)`.
   */
  readonly methods: readonly string[]
  /** Exported objects whose members are surface functions: `sim` → module whose names they are. */
  readonly namespaces: Readonly<Record<string, string>>
  /** Names that the era lacks, and what replaces them. Importing one is `not-in-this-era`. */
  readonly missing: Readonly<Record<string, MissingName>>
  /** Era that the index is for; left out: the whole surface. */
  readonly era?: string
  /** Names that make tasks or wait for others: a program that imports one is run interleaved from the start. */
  readonly tasks?: readonly string[]
  /** Steps that may return a `Driven` in interleaved code (surface/resumable.ts). */
  readonly resumable?: readonly string[]
  /** Modules whose names differ from another module's of the same name: looked up under `module#name` in `$S`. */
  readonly separate?: readonly string[]
}
