/** Typed-array columns that grow: the shadow has a row for every allocation, right and pointer of a run. */
type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array

/** The same column with room for `length` entries; new entries are 0. */
export function grown<T extends Column>(column: T, length: number): T {
  const next = new (column.constructor as new (length: number) => T)(length)
  next.set(column)
  return next
}
