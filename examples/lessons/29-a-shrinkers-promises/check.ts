import { answer, goal, run, runs } from 'lesson'

const stuck = runs.find(({ outcome }) => outcome === 'deadlock')
answer('outcome', stuck === undefined ? 'the buffer is given back' : 'the task waits for itself')

const wrong = runs.flatMap((each) => each.errors)[0]
const tries = run.calls('mutex_trylock').length
const locks = /scan_objects = [^}]*mutex_(try)?lock/s.test(run.source)
goal(
  'ends',
  'The callback never waits',
  stuck !== undefined
    ? `The run ends in a deadlock: ${wrong?.message ?? 'a task waits for itself'}.${tries > 0 ? ' The callback takes the lock and does not give it back.' : ''}`
    : wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`,
)
const gives = run.log.includes('given back')
goal(
  'gives',
  'Without the lock it gives the buffer back, under the lock it leaves it alone',
  stuck !== undefined
    ? true
    : !gives
      ? 'The buffer is kept even when nobody holds the lock: a shrinker that gives nothing back is no use.'
      : locks || 'The callback touches the cache without its lock: the holder sees it vanish.',
)
