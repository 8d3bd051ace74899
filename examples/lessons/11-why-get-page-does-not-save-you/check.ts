import { answer, goal, run } from 'lesson'

const use = run.errors.find(({ code }) => code === 'slab-use-after-free')
answer('verdict', use === undefined ? 'legal' : 'use after free')

// What a reference on the page reaches is the page: it is no right on the object.
const object = run.named('a')
const held = object?.access_set(object.freed) ?? []
answer(
  'reaches',
  held.map(({ kind }) => (kind === 'owner' ? 'whoever called kmalloc()' : 'whoever called get_page()')),
)

const writes = run.calls('write').length
goal(
  'legal',
  'The write through `b` is legal',
  use !== undefined
    ? `Line ${use.line}: ${use.message}. Page references: ${run.calls('get_page').length}; none of them keeps the object.`
    : writes > 0 || 'Keep b.write_u8(0, 1): the worker has to write.',
)
goal('freed', 'The object is freed in the end', (object !== null && object.freed !== 0) || 'Nobody frees `a`.')
const gets = run.calls('get_page').length
goal(
  'no-crutch',
  'No reference is taken on the slab page',
  gets === 0 || 'The reference protects the page and nothing else. From v6.14 on get_page() takes none at all here.',
)
