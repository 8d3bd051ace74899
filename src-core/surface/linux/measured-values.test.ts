/** Small values that a real 6.12.117 kernel printed (tinyconfig, x86-64, one cpu). */
import { describe, expect, it } from 'vitest'
import { runText } from '../../runtime/testing/run-text.ts'

const log = (body: string): readonly string[] =>
  runText(`import * as k from 'linux'\nconst say = (...v) => k.pr_info(v.join(' '))\n${body}`, {
    machine: { debug: 'off' },
  }).log

describe('scatterlists', () => {
  it('a freed table keeps its numbers of entries', () => {
    const text = `const t = new k.sg_table()
      k.sg_alloc_table(t, 200, k.GFP_KERNEL)
      k.sg_free_table(t)
      say(t.nents, t.orig_nents, t.sgl === null)
      k.sg_free_table(t)`
    expect(log(text)).toEqual(['200 200 true'])
  })

  it('an entry without a page has none', () => {
    const text = `const sg = new k.scatterlist()
      k.sg_init_table(sg, 1)
      say(k.sg_page(sg) === null)`
    expect(log(text)).toEqual(['true'])
  })
})

describe('jiffies', () => {
  it('are 4 ms, rounded up', () => {
    expect(log(`say(...[0, 1, 4, 5, 1000].map((ms) => k.msecs_to_jiffies(ms)))`)).toEqual(['0 1 1 2 250'])
  })

  it('are what delayed work counts', () => {
    const text = `const d = k.INIT_DELAYED_WORK(new k.delayed_work(), () => say('late'))
      k.schedule_delayed_work(d, 10)
      k.msleep(30)
      say('before')
      k.msleep(20)`
    expect(log(text)).toEqual(['before', 'late'])
  })
})
