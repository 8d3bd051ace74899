import { answer, goal, run } from 'lesson'

answer('one-run', run.errors.length > 0 ? 'yes' : 'no')

const found = run.exploration?.findings[0]
const looks = /atomic_read\(buffer\.users\) === 1/.test(run.source)
goal(
  'none',
  'No order of the two tasks breaks it',
  run.exploration === null
    ? 'Explore the program to know.'
    : found === undefined ||
        (found.code === 'memory-leak' && run.calls('kfree').length === 0
          ? 'Nobody frees the buffer in any order.'
          : `At least one of ${run.exploration.executions} orders shows ${found.code} at line ${found.line}.${looks ? ' Looking first leaves the same gap.' : ''}`),
)
const kept = run.named('buffer')
goal('freed', 'The buffer is freed', (kept !== null && kept.freed !== 0) || 'The last user has to free the buffer.')
const tasks = (run.source.match(/kthread_run\((release|\(\) => drop)/g) ?? []).length
goal('tested', 'Two tasks still meet', tasks === 2 || 'Keep both tasks: one task alone proves nothing.')
