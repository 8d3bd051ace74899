/** Types of the Rust surface: owners and what they own. */

/** A type whose owner frees it: `class Fw implements Ownable { static release(self: Fw) { … } }`. */
export type Ownable = object

/**
 * An owner of a `T`: it can be used as the `T` it owns, and dropping it calls the type's `release`.
 * @declared-as T & Disposable
 */
export type Owned<T> = T
