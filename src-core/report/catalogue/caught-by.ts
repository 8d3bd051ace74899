/** Who finds a mistake first, in each language: the words for it. */

/**
 * `compiler`: a program with the mistake does not compile (in Rust: not in safe code). `contract`: it takes an unsafe
 * block that breaks a clause. `run time`: it compiles, and is found when it happens, if at all. `no API`: these eras
 * have no Rust abstraction for it, only bindings.
 */
export type CaughtBy = 'compiler' | 'contract' | 'run time' | 'no API'

export interface Languages {
  readonly c: 'compiler' | 'run time'
  readonly rust: CaughtBy
  /** Why, for Rust; the sentence of C where C has one. */
  readonly note: string
}

/** Who finds a mistake first, in words. */
export const FOUND: Readonly<Record<CaughtBy, string>> = {
  compiler: 'the compiler refuses it',
  contract: 'takes an unsafe block that breaks a clause',
  'run time': 'found at run time, if at all',
  'no API': 'no abstraction in these eras',
}
