/** `import * as k`: a call through the module names its argument, in what is told of a run as in the static check. */
import { expect, it } from 'vitest'
import { liveRun } from '../protocol/testing/live-run.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import { checkOwnership } from './static/check.ts'

const TEXT = `import * as k from 'linux'
const a = k.kmalloc(64, k.GFP_KERNEL)!
k.kfree(a)
a.write_u8(0, 1)`

it('names what is used, not the module', () => {
  expect(liveRun(TEXT).findings.map(({ message }) => message)).toEqual(['`a` is written after it was freed'])
  const twice = liveRun(TEXT.replace('a.write_u8(0, 1)', 'k.kfree(a)')).findings
  expect(twice.map(({ message }) => message)).toEqual(['`a` is freed a second time'])
  const files = [{ path: 'x.ts', text: TEXT }]
  const [found] = checkOwnership('x.ts', files, SURFACE_INDEX, { era: 'v6.12' })
  expect(found?.message).toMatch(/`a`/)
})
