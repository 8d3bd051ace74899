/** Read faults of shared anonymous memory: which pages are mapped with the one that was read (do_fault_around()). */
import { describe, expect, it } from 'vitest'
import { runText } from '../../runtime/testing/run-text.ts'

/** Pages of an area that have an entry after `text`; `full`: pages that were written before. */
function mapped(pages: number, full: readonly number[], text: string, machine: Record<string, string> = {}): string {
  const { log } = runText(
    `import * as k from 'linux'
import { spawn, mmap, open, ioctl, PROT_READ, PROT_WRITE, MAP_SHARED, MAP_ANONYMOUS } from 'user'
const full = ${JSON.stringify(full)}
const frames = new Map()
k.misc_register({ name: 'd', fops: { ioctl(f, cmd, arg) {
  if (cmd === 2) {
    k.pr_info(full.filter((i) => k.page_mapcount(frames.get(i)) > 0).join(' '))
    k.pr_info(String((arg / BigInt(k.PAGE_SIZE)) % 16n))
    return 0
  }
  for (const i of full) {
    const got = []
    if (k.get_user_pages_fast(arg + BigInt(i * k.PAGE_SIZE), 1, k.FOLL_WRITE, got) !== 1) return -1
    frames.set(i, got[0])
    k.put_page(got[0])
  }
  k.mmap_read_lock(k.current.mm)
  const vma = k.vma_lookup(k.current.mm, arg)
  k.zap_page_range_single(vma, arg, ${pages} * k.PAGE_SIZE, null)
  k.mmap_read_unlock(k.current.mm)
  return 0
} } })
spawn('app', () => {
  const fd = open('/dev/d', 2)
  const base = mmap(null, ${pages} * k.PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
  const at = (i) => base.add(i * k.PAGE_SIZE)
  for (const i of full) at(i).write_u8(0, 1)
  ioctl(fd, 1, base.addr)
  ${text}
  ioctl(fd, 2, base.addr)
})`,
    { machine },
  )
  return log.join(' at ')
}

describe('a read fault of shared anonymous memory', () => {
  const all = Array.from({ length: 40 }, (_, i) => i)
  it('maps 64 KiB around, as far as the area and the object go', () => {
    // The area begins at page 7 of a window: 16 pages from its start, then whole windows.
    const range = (from: number, to: number): string => `${all.slice(from, to).join(' ')} at 7`
    expect(mapped(40, all, 'at(3).read_u8(0)')).toBe(range(0, 16))
    expect(mapped(40, all, 'at(9).read_u8(0)')).toBe(range(9, 25))
    expect(mapped(40, all, 'at(24).read_u8(0)')).toBe(range(9, 25))
    expect(mapped(40, all, 'at(39).read_u8(0)')).toBe(range(25, 40))
  })

  it('maps no page that the object has not, and a write maps its own only', () => {
    const some = [1, 4, 6]
    expect(mapped(8, some, 'at(4).read_u8(0)')).toMatch(/^1 4 6 at/)
    expect(mapped(8, some, 'at(4).write_u8(0, 1)')).toMatch(/^4 at/)
  })
})
