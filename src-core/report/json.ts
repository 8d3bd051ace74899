/** JSON text with keys in the order of the types: the same value gives the same bytes. */

/** A report, matrix or list as one JSON document, two spaces deep, newline at the end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
