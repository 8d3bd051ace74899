/** How much differs between the two moments that the inspector compares. */
import type { Inspected } from './use-inspection.ts'

/** Number of fields, rights, pointers and bytes that differ. */
export function differencesOf({ inspection, bytes }: Inspected): number {
  const { fields, structs, rights, pointers, gone, since } = inspection
  const changed = [...fields, ...structs.flatMap((each) => each.fields)].filter((each) => each.changed).length
  const begun = [...rights, ...pointers].filter(({ step }) => step > since).length
  const before = bytes?.before ?? null
  const different = before === null ? 0 : (bytes?.now.filter((byte, at) => byte !== before[at]).length ?? 0)
  return changed + begun + gone.length + different
}
