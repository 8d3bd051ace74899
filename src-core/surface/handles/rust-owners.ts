/**
 * Owners, counted references, foreign pointers and errors of the Rust surface: shapes and hover cards. What they do
 * is in surface/kernel.
 */
import type { Owned } from './ownable.ts'
import type { page } from './page.ts'
import type { Droppable, Page } from './rust-page.ts'

/** A type with a count of its own: `class X implements RefCounted { static inc_ref(x) {…} static dec_ref(x) {…} }`. */
export type RefCounted = object
/** `RefCounted` whose every reference may be upgraded to an `ARef`. No page may implement it: its count may be gone. */
export type AlwaysRefCounted = object
/**
 * A counted reference to a `T`: it can be used as the `T`, and dropping it calls `T.dec_ref`. `a.clone()` is
 * `ARef.clone(a)`, unless `T` has a method of that name.
 * @declared-as T & { clone(): ARef<T> } & Disposable
 */
export type ARef<T> = T

/** Functions of `Owned`. */
export interface OwnedStatics {
  /**
   * Takes ownership of a value, or of a page of C. Owner: the result; dropping it calls `release(self)` (a page is
   * freed).
   *
   * # Safety
   * Nobody else owns it or will release it.
   */
  from_raw(value: page): Owned<Page>
  from_raw<T extends object>(value: T): Owned<T>
  /** Gives the value up without releasing it: whoever has the pointer has to. The old name is dead. */
  into_raw(owner: Page): page
  into_raw<T extends object>(owner: Owned<T>): T
  /** The one owner becomes one counted reference. The old name is dead. */
  into_shared<T extends object>(owner: Owned<T>): ARef<T>
  /** The owner, if this reference is the only one (`T.is_unique(self)`, else counted here); null: it stays an ARef. */
  try_from_shared<T extends object>(reference: ARef<T>): Owned<T> | null
  /** See `ForeignOwnable`. */
  into_foreign<T extends object>(owner: Owned<T>): ForeignPointer<T>
  /** See `ForeignOwnable`. */
  from_foreign<T extends object>(pointer: ForeignPointer<T>): Owned<T>
  /** See `ForeignOwnable`. */
  try_from_foreign<T extends object>(pointer: ForeignPointer<T> | null): Owned<T> | null
  /** See `ForeignOwnable`. */
  borrow<T extends object>(pointer: ForeignPointer<T>): T
  /** See `ForeignOwnable`. */
  borrow_mut<T extends object>(pointer: ForeignPointer<T>): T
}

/** Functions of `ARef`. */
export interface ARefStatics {
  /** A new reference: calls `T.inc_ref(value)`. Owner of one increment: the result. */
  from<T extends object>(value: T): ARef<T>
  /** Another reference to the same object: calls `T.inc_ref`. */
  clone<T extends object>(reference: ARef<T>): ARef<T>
  /**
   * Takes over an increment that the caller has; calls nothing.
   *
   * # Safety
   * The caller holds one increment and gives it up.
   */
  from_raw<T extends object>(value: T): ARef<T>
  /** Keeps the increment and gives the reference up. The old name is dead. */
  into_raw<T extends object>(reference: ARef<T>): T
}

/** Functions of `OwnableRefCounted`. */
export interface OwnableRefCountedStatics {
  /** The one owner becomes one counted reference. */
  into_shared<T extends object>(owner: Owned<T>): ARef<T>
  /** The owner, if this reference is the only one; null: it stays an ARef. */
  try_from_shared<T extends object>(reference: ARef<T>): Owned<T> | null
}

/** What `into_foreign` gives: a pointer that C may keep (`file.private_data`). */
export interface ForeignPointer<T> {
  /** @internal */
  readonly of?: T
}

/** Functions of `ForeignOwnable`. */
export interface ForeignOwnableStatics {
  /** Hands an owner to C. Owner: the pointer; the old name is dead. */
  into_foreign<T extends object>(owner: T): ForeignPointer<T>
  /**
   * Takes the owner back.
   *
   * # Safety
   * The pointer comes from `into_foreign` of the same type, was not taken back yet, and nothing borrowed from it is
   * left.
   */
  from_foreign<T extends object>(pointer: ForeignPointer<T>): T & Droppable
  /** `from_foreign`, null for null. */
  try_from_foreign<T extends object>(pointer: ForeignPointer<T> | null): (T & Droppable) | null
  /**
   * Borrows the object while C has it.
   *
   * # Safety
   * The pointer comes from `into_foreign` and was not taken back.
   */
  borrow<T extends object>(pointer: ForeignPointer<T>): T
  /** `borrow` for exclusive access (since v6.15): no other borrow may live. */
  borrow_mut<T extends object>(pointer: ForeignPointer<T>): T
}

/** The error of a `Result`, thrown. */
export interface KernelError extends Error {
  /** The error number as C returns it: negative (`-ENOMEM`). */
  readonly errno: number
}

/** `new KernelError(errno)`, `error instanceof KernelError`. */
export interface KernelErrorStatics {
  new (errno: number, detail?: string): KernelError
  /** So that `instanceof` works. */
  readonly prototype: KernelError
}
