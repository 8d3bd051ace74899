import { answer, goal, run, runs } from 'lesson'

const errors = runs.flatMap((each) => each.errors)
const early = errors.find(({ code }) => code === 'free-without-grace-period' || code === 'slab-use-after-free')
answer('code', early === undefined ? 'yes' : 'no')

const unlinked = run.calls('rcu_assign_pointer').at(-1)?.step ?? 0
const freed = run.calls('kfree')[0]?.step ?? 0
goal(
  'waits',
  'Nobody can still hold the entry when it is freed',
  early === undefined ||
    `Line ${early.line}: ${early.message}.${freed > 0 && freed < unlinked ? ' And new readers can still find it.' : ''}`,
)
const leak = errors.find(({ code }) => code === 'memory-leak')
const waited = run.calls('synchronize_rcu').length > 0
goal(
  'freed',
  'The entry is freed',
  leak === undefined || `Line ${leak.line}: ${leak.message}.${waited ? ' You waited, and then did not free it.' : ''}`,
)
