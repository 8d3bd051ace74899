import { answer, goal, run } from 'lesson'

answer('counts', run.log[0] ?? '')

const block = run.named('block')
const wrong = run.errors[0]
goal(
  'no-error',
  'No reference is lost or dropped twice',
  wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`,
)
const gets = run.calls('get_page').length + run.calls('folio_get').length
const puts = [...run.calls('put_page'), ...run.calls('folio_put')]
const last = puts.at(-1)
goal(
  'last',
  'The last of two holders frees the block',
  gets === 0
    ? 'The user shares the block: it needs a reference of its own.'
    : puts.length === 2 && block !== null && block.freed === last?.step
      ? true
      : `The block has ${block?.refcount() ?? '?'} references at the end and ${puts.length} puts: two holders need two.`,
)
