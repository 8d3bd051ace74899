/** Exchanging two neighbouring steps of a schedule. */
import { describe, expect, it } from 'vitest'
import { Explorer } from './explorer.ts'
import { swapSteps } from './swap.ts'
import { EXHAUSTIVE, openSession, plainSandbox } from './testing/open-session.ts'

const RACE = `import { kmalloc, kfree, kthread_run, GFP_KERNEL, READ_ONCE, shared, WRITE_ONCE } from 'linux'
const p = kmalloc(8, GFP_KERNEL)!
const x = shared(0)
kthread_run(() => {
  if (READ_ONCE(x) === 0) p.write_u8(0, 1)
}, 'user')
kthread_run(() => {
  WRITE_ONCE(x, 1)
  kfree(p)
}, 'owner')
`

/** The schedule of the program's only finding, and what exchanging the step of a line with the next one gives. */
function swapAt(step: number) {
  const { program } = openSession(RACE)
  const explorer = new Explorer(program, EXHAUSTIVE, plainSandbox)
  explorer.advanceWhile(() => true)
  const { findings } = explorer.result()
  const { schedule } = findings.find(({ code }) => code === 'slab-use-after-free')!
  return { schedule, program, swapped: swapSteps(program, EXHAUSTIVE, plainSandbox, schedule, step) }
}

describe('exchanging neighbouring steps of a schedule', () => {
  // Rows: 1 kmalloc, 2 and 3 kthread_run, 4 read of x, 5 write of x, 6 kfree, 7 write of p.
  it('says that the finding is gone when the use comes before the free, and its token replays', () => {
    const { swapped, program } = swapAt(6)
    expect(swapped).toMatchObject({ why: null, gone: ['slab-use-after-free in line 5'], come: [], difference: null })
    const back = swapSteps(program, EXHAUSTIVE, plainSandbox, swapped.schedule!, 6)
    expect(back.come).toEqual(['slab-use-after-free in line 5'])
  })

  it('names the first step that is another one', () => {
    const { swapped } = swapAt(4)
    // The user reads 1, and does not write any more.
    expect(swapped.difference).toMatchObject({
      was: { task: 1, line: 5, does: 'READ_ONCE of 0' },
      now: { task: 1, line: 5, does: 'READ_ONCE of 1' },
    })
    expect(swapped.gone).toEqual(['slab-use-after-free in line 5'])
  })

  it('says why two steps cannot be exchanged', () => {
    expect(swapAt(5).swapped).toMatchObject({ schedule: null, why: expect.stringContaining('same task') as unknown })
    expect(swapAt(7).swapped.why).toContain('nothing comes')
    const { program } = openSession(`import { kthread_run, READ_ONCE, shared } from 'linux'
const x = shared(0)
kthread_run(() => READ_ONCE(x), 'reader')
`)
    expect(swapSteps(program, EXHAUSTIVE, plainSandbox, 's1', 1).why).toContain('cannot go first')
  })
})
