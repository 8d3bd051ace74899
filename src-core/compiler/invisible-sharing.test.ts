/** Plain variables that tasks share are named; what the explorer sees, and what only one task touches, is not. */
import { describe, expect, it } from 'vitest'
import { invisibleSharing } from './invisible-sharing.ts'

const names = (text: string): string[] => invisibleSharing([{ path: 'x.ts', text }])

describe('invisible sharing', () => {
  it('names a counter that two tasks increment', () => {
    expect(
      names(`let n = 0
kthread_run(() => { n++ }, 'a')
kthread_run(() => { n++ }, 'b')`),
    ).toEqual(['n'])
  })

  it('names an object whose field a task made in a loop writes', () => {
    expect(
      names(`const state = { open: false }
for (let i = 0; i < 2; i++) kthread_run(() => { state.open = true }, 'a')`),
    ).toEqual(['state'])
  })

  it('names an array that one task fills and another reads', () => {
    expect(
      names(`const list: number[] = []
kthread_run(() => { list.push(1) }, 'a')
kthread_run(() => { if (list.length > 0) pr_info('x') }, 'b')`),
    ).toEqual(['list'])
  })

  it('does not name what is written before the first task is made', () => {
    expect(
      names(`let size = 1
size = 2
kthread_run(() => { use(size) }, 'a')
kthread_run(() => { use(size) }, 'b')`),
    ).toEqual([])
  })

  it('does not name cells, locks, memory and loop variables', () => {
    expect(
      names(`const x = shared(0)
const lock = mutex_init(new mutex())
const p = kmalloc(8, GFP_KERNEL)!
for (let i = 0; i < 3; i++) kthread_run(() => { mutex_lock(lock); WRITE_ONCE(x, i); p.write_u8(0, 1) }, 'a')`),
    ).toEqual([])
  })

  it('does not name the variables of one task', () => {
    expect(
      names(`kthread_run(() => { let n = 0; n++ }, 'a')
kthread_run(() => { let n = 0; n++ }, 'b')`),
    ).toEqual([])
  })
})
