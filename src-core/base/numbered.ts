/**
 * Names of the rows of a table, each with its place there. The build works this out where the table stands in the same
 * file (scripts/build/inline-constants.ts): `Op.kfree` is then a number in what runs.
 */
export function numbered<const Row extends readonly [string, ...unknown[]]>(
  table: readonly Row[],
): Readonly<Record<Row[0], number>> {
  return Object.freeze(Object.fromEntries(table.map(([name], place) => [name, place]))) as Record<Row[0], number>
}
