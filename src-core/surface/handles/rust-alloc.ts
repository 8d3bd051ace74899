/** Boxes and vectors of the Rust surface: shapes and hover cards. What they do is in surface/kernel. */
import type { Ptr } from './pointer.ts'
import type { ForeignPointer } from './rust-owners.ts'
import type { AsPageIter, Droppable } from './rust-page.ts'

/** A value in kmalloc() memory. */
export interface KBox<T> extends Droppable {
  /** The value; reading and writing it is a step. */
  value: T
  /** Its address; null for a value of no size. The pointer dies with the box. No step. */
  as_ptr(): Ptr | null
  /** Its address. No step. */
  as_mut_ptr(): Ptr | null
  /** Bytes. No step. */
  len(): number
}
/** A value in vmalloc() memory. */
export interface VBox<T> extends KBox<T>, AsPageIter {}
/** A value in kvmalloc() memory. */
export type KVBox<T> = KBox<T>

/** Functions of a box type. */
export interface BoxStatics<B> {
  /** Allocates and stores. Owner: the result. Sleeps if `flags` says so. Throws ENOMEM. */
  'new'<T>(value: T, flags: number): BoxOf<B, T>
  /** Allocates `bytes` bytes that hold whatever was there. Owner: the result. Throws ENOMEM. */
  new_uninit(bytes: number, flags: number): BoxOf<B, undefined>
  /** Gives the box up for its address. Owner: the pointer; the old name is dead. */
  into_raw<T>(box: BoxOf<B, T>): Ptr
  /**
   * Makes a box of an address again. Owner: the result.
   *
   * # Safety
   * The address comes from `into_raw` of the same type and was not taken back.
   */
  from_raw<T>(pointer: Ptr): BoxOf<B, T>
  /** `into_raw`, for good. */
  leak<T>(box: BoxOf<B, T>): Ptr
  /** See `ForeignOwnable`. */
  into_foreign<T>(box: BoxOf<B, T>): ForeignPointer<BoxOf<B, T>>
  /** See `ForeignOwnable`. */
  from_foreign<T extends object>(pointer: ForeignPointer<T>): T & Droppable
  /** See `ForeignOwnable`. */
  try_from_foreign<T extends object>(pointer: ForeignPointer<T> | null): (T & Droppable) | null
  /** See `ForeignOwnable`. */
  borrow<T extends object>(pointer: ForeignPointer<T>): T
  /** See `ForeignOwnable`. */
  borrow_mut<T extends object>(pointer: ForeignPointer<T>): T
}
/** The box type of another value type. */
export type BoxOf<B, T> = (B extends VBox<never> ? VBox<T> : KBox<T>) & Droppable

/** A growing array in kmalloc() memory. */
export interface KVec<T> extends Iterable<T>, Droppable {
  /**
   * Appends. An owner is moved in: its old name is dead. A full vector grows to twice its capacity and may move: what
   * was borrowed from it is dead, pointers into it are stale. Sleeps if `flags` says so. Throws ENOMEM.
   */
  push(value: T, flags: number): void
  /** The element; null if there is none. */
  get(index: number): T | null
  /** Replaces an element. Throws EINVAL if there is none. */
  set(index: number, value: T): void
  /** Takes the last element; null if there is none. */
  pop(): T | null
  /** Makes room for `additional` more elements. May move the buffer. Throws ENOMEM. */
  reserve(additional: number, flags: number): void
  /** Appends `n` copies. May move the buffer. Throws ENOMEM. */
  extend_with(n: number, value: T, flags: number): void
  /** Appends a list of numbers. May move the buffer. Throws ENOMEM. */
  extend_from_slice(list: ArrayLike<number>, flags: number): void
  /** Drops the elements from `length` on. The buffer stays. */
  truncate(length: number): void
  /** Drops every element. The buffer stays. */
  clear(): void
  /**
   * Sets the length.
   *
   * # Safety
   * It is at most the capacity, and the elements below it are initialised.
   */
  set_len(length: number): void
  /** Borrows the elements: dead once the vector is dropped, or grows and moves. */
  as_slice(): Slice<T>
  /** Elements. No step. */
  len(): number
  /** True if there are none. No step. */
  is_empty(): boolean
  /** Elements that there is room for. No step. */
  capacity(): number
  /** Address of the buffer; null if there is none. Stale once the buffer moves. No step. */
  as_ptr(): Ptr | null
  /** Address of the buffer. No step. */
  as_mut_ptr(): Ptr | null
}
/** A growing array in vmalloc() memory. */
export interface VVec<T> extends KVec<T>, AsPageIter {}
/** A growing array in kvmalloc() memory. */
export type KVVec<T> = KVec<T>
/** Elements borrowed from a vector. */
export interface Slice<T> extends Iterable<T> {
  /** The element; null if there is none. */
  get(index: number): T | null
  /** Elements. No step. */
  len(): number
  /** Address of the first one. No step. */
  as_ptr(): Ptr | null
}

/** Functions of a vector type. */
export interface VecStatics<V> {
  /** An empty vector without memory. */
  'new'<T = number>(): VecOf<V, T>
  /**
   * A vector with room for `n` elements. Owner: the result. Sleeps if `flags` says so. Throws ENOMEM.
   * @param size bytes of an element: 1 unless given
   */
  with_capacity<T = number>(n: number, flags: number, size?: number): VecOf<V, T>
  /** See `ForeignOwnable`. */
  into_foreign<T>(vec: VecOf<V, T>): ForeignPointer<VecOf<V, T>>
  /** See `ForeignOwnable`. */
  from_foreign<T extends object>(pointer: ForeignPointer<T>): T & Droppable
  /** See `ForeignOwnable`. */
  borrow<T extends object>(pointer: ForeignPointer<T>): T
}
/** The vector type of another element type. */
export type VecOf<V, T> = (V extends VVec<never> ? VVec<T> : KVec<T>) & Droppable
