import { answer, goal, run } from 'lesson'

answer('one-run', run.errors.length > 0 ? 'yes' : 'no')

const found = run.exploration?.findings[0]
const unlocked = !run.source.includes('mmap_read_lock(') && run.source.includes('vma_lookup(')
const early = run.source.includes('READ_ONCE(closed) === 0')
goal(
  'none',
  'No moment is left at which the page is freed too early',
  run.exploration === null
    ? 'Explore the program to know.'
    : found === undefined ||
        `At least one of ${run.exploration.executions} orders shows ${found.code} at line ${found.line}.${unlocked ? ' Without the lock it is no better.' : ''}${early ? ' Nobody has closed the area yet.' : ''}`,
)
const asks = /closed\) === 1\) free|gone\) free/.test(run.source)
goal('frees', 'The worker frees the page when the mapping is gone', asks || early || 'The worker never frees the page.')
