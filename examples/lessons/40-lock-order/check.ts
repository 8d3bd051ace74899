import { answer, goal, run } from 'lesson'

answer('lines', run.log.length)

const wrong = run.errors[0]
const swapped = /mutex_lock\(table\)\s*\n\s*msleep\(5\)\s*\n\s*mutex_lock\(list\)\s*\n\s*pr_info\('main/.test(
  run.source,
)
goal(
  'both',
  'Both tasks get both locks',
  run.outcome === 'deadlock'
    ? `${wrong?.message ?? 'Each waits for the other'}.${swapped ? ' Now it is the other one whose order is different.' : ''}`
    : run.log.length === 2 || 'One of the tasks never gets that far.',
)
const takes = run.calls('lock').filter(({ failed }) => !failed).length
goal(
  'locked',
  'Both tasks really take both locks, and give them back',
  run.outcome === 'deadlock' || takes === 4 || `${takes} locks are taken; it needs two tasks with two locks each.`,
)
