/** kmap_local_folio() and unpin_user_pages_dirty_lock(), which drivers write more often than what they are made of. */
import { expect, it } from 'vitest'
import { checkOwnership } from '../compiler/static/check.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import { liveRun } from './testing/live-run.ts'

const HEAD = `import * as k from 'linux'
import { spawn, open, ioctl, mmap, munmap, PROT_READ, PROT_WRITE, MAP_ANONYMOUS, MAP_PRIVATE } from 'user'
`
const codes = (text: string): string[] => liveRun(HEAD + text, 'v6.12').report.diagnoses.map(({ code }) => code)
const log = (text: string): string[] => liveRun(HEAD + text, 'v6.12').record.log.map((line) => line.text)
const checked = (text: string): string[] =>
  checkOwnership('a.ts', [{ path: 'a.ts', text: HEAD + text }], SURFACE_INDEX, {
    era: 'v6.12',
  }).map(({ code }) => code)

const FOLIO = `const f = k.folio_alloc(k.GFP_KERNEL, 1)!
const p = k.kmap_local_folio(f, 4096 + 16)
p.write_u8(0, 7)
const q = k.kmap_local_page(k.folio_page(f, 1))
k.pr_info(String(q.read_u8(16)))
k.kunmap_local(q)
k.kunmap_local(p)
k.folio_put(f)`

it('maps the page of a folio that holds an offset', () => {
  expect(log(FOLIO)).toEqual(['7'])
  expect(codes(FOLIO)).toEqual([])
  expect(codes(FOLIO.replace('k.kunmap_local(p)\n', ''))).toEqual(['kmap-leak'])
})

const PINS = (end: string): string => `const pages: k.page[] = []
k.misc_register({ name: 'd', fops: { ioctl(_f, cmd, arg) {
  if (cmd === 1) return k.pin_user_pages_fast(arg as bigint, 1, k.FOLL_WRITE, pages)
  ${end}
  return 0
} } })
spawn('app', () => {
  const fd = open('/dev/d', 2)
  const m = mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0)
  if (typeof m === 'number') return
  ioctl(fd, 1, m)
  ioctl(fd, 2, 0)
  munmap(m, 4096)
})`

it('gives pins back, and marks what the device wrote', () => {
  const dirty = (make: string): string[] =>
    log(
      PINS(`k.folio_clear_dirty(k.page_folio(pages[0]!)); k.get_page(pages[0]!)
  k.unpin_user_pages_dirty_lock(pages, 1, ${make})
  k.pr_info(String(k.folio_test_dirty(k.page_folio(pages[0]!)))); k.put_page(pages[0]!)`),
    )
  expect(dirty('true')).toEqual(['true'])
  expect(dirty('false')).toEqual(['false'])
  expect(codes(PINS('k.unpin_user_pages_dirty_lock(pages, 1, true)'))).toEqual([])
  expect(codes(PINS('void 0'))).not.toEqual([])
})

it('may sleep only if it marks pages', () => {
  const text = (make: string): string =>
    PINS(`const l = k.DEFINE_SPINLOCK('l')
  k.folio_clear_dirty(k.page_folio(pages[0]!))
  k.spin_lock(l)
  k.unpin_user_pages_dirty_lock(pages, 1, ${make})
  k.spin_unlock(l)`)
  expect(codes(text('true'))).toEqual(['sleep-in-atomic'])
  expect(codes(text('false'))).toEqual([])
  expect(checked(text('true'))).toEqual(['sleep-in-atomic'])
  expect(checked(text('false'))).toEqual([])
})
