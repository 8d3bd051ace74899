import { describe, expect, it } from 'vitest'
import { liveRun } from '../protocol/testing/live-run.ts'

const told = (text: string): string => liveRun(text).findings[0]?.message ?? ''

describe('a name that a snippet does not have', () => {
  it('is answered with what there is in its place', () => {
    expect(told(`console.log('x')`)).toMatch(/^ReferenceError: console is not defined: pr_info\(text\)/)
    expect(told(`printk('x')`)).toMatch(/^ReferenceError: printk is not defined: pr_info\(text\)/)
    expect(told('setTimeout(() => 1, 5)')).toMatch(/schedule_delayed_work\(\)/)
    expect(told('fetch("x")')).toMatch(/nothing but the simulated kernel/)
    expect(told('nowhere()')).toBe('ReferenceError: nowhere is not defined — nobody caught it, and insmod ended')
  })
})
