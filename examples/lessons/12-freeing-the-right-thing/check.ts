import { answer, goal, run, runs } from 'lesson'

// In Rust a box says which allocator it belongs to, and from_raw() of the wrong type is a second owner.
const isTable = ({ code, line }: { code: string; line: number }): boolean =>
  code === 'mismatched-free' || (code === 'two-owners' && line === run.line_of('from_raw(table)'))
const isHeader = ({ code, line }: { code: string; line: number }): boolean =>
  code === 'slab-invalid-free' || (code === 'two-owners' && line !== run.line_of('from_raw(table)'))
answer('wrong-free', run.errors.find(isTable)?.line ?? 0)

const errors = runs.flatMap((each) => each.errors)
const allocator = errors.find(isTable)
goal(
  'right-allocator',
  'Every piece goes back to its own allocator',
  allocator === undefined || `Line ${allocator.line}: ${allocator.message}.`,
)
const pointer = errors.find(isHeader)
goal(
  'right-pointer',
  'Each gets back the pointer that it gave',
  pointer === undefined || `Line ${pointer.line}: ${pointer.message}.`,
)
const other = errors.find((each) => !isTable(each) && !isHeader(each))
goal('all', 'Nothing is left', other === undefined || `Line ${other.line}: ${other.message}.`)
