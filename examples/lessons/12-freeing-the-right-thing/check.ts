import { answer, goal, run, runs } from 'lesson'

answer('wrong-free', run.errors.find(({ code }) => code === 'mismatched-free')?.line ?? 0)

const errors = runs.flatMap((each) => each.errors)
const allocator = errors.find(({ code }) => code === 'mismatched-free')
goal(
  'right-allocator',
  'Every piece goes back to its own allocator',
  allocator === undefined || `Line ${allocator.line}: ${allocator.message}.`,
)
const pointer = errors.find(({ code }) => code === 'slab-invalid-free')
goal(
  'right-pointer',
  'kfree() gets the pointer that kmalloc() gave',
  pointer === undefined || `Line ${pointer.line}: ${pointer.message}.`,
)
const other = errors.find(({ code }) => code !== 'mismatched-free' && code !== 'slab-invalid-free')
goal('all', 'Nothing is left', other === undefined || `Line ${other.line}: ${other.message}.`)
